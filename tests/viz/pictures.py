"""Pictures that the tests draw: a small group around one company, and larger ones by count."""

from __future__ import annotations

from datetime import date

from viz.models import NetworkPicture, PictureLink, PictureNode

EVIL = "<script>alert('x')</script>"


def small_picture() -> NetworkPicture:
    """A holding, its owners and its companies, with a flagged link, a name that is markup, and something left out."""
    nodes = (
        PictureNode(
            "P-C1", "浙江远洋控股有限公司", "Zhejiang Yuanyang Holding", roles=("Customer",), is_focus=True, hops=0
        ),
        PictureNode("P-N1", "陈志远", "Chen Zhiyuan", "person", ("Customer",), hops=1),
        PictureNode("P-N2", "林美华", "Lin Meihua", "person", hops=1),
        PictureNode(
            "P-C2", "宁波远洋物流有限公司", "Ningbo Yuanyang Logistics", roles=("Customer", "Guarantor"), hops=1
        ),
        PictureNode("P-C3", "杭州启航贸易有限公司", "Hangzhou Qihang Trading", hops=1),
        PictureNode("P-C4", EVIL, None, "company", hops=2),
        PictureNode("P-C5", "绍兴纺织集团有限公司", "Shaoxing Textile Group", roles=("Customer",), hops=1),
    )
    rows = (
        ("OWNS", "P-N1", "P-C1", "51%", "confirmed"),
        ("OWNS", "P-N2", "P-C1", "30%", "confirmed"),
        ("KIN_OF", "P-N1", "P-N2", "spouse 配偶", "confirmed"),
        ("LEGAL_REPRESENTATIVE_OF", "P-N1", "P-C1", "", "confirmed"),
        ("OWNS", "P-C1", "P-C2", "80%", "confirmed"),
        ("CONTROLLED_BY", "P-C2", "P-C1", "80%", "confirmed"),
        ("OWNS", "P-C1", "P-C3", "45%", "flagged"),
        ("OWNS", "P-C2", "P-C4", "unknown 未知", "flagged"),
        ("GUARANTEES", "P-C5", "P-C1", "CNY 30.0 m", "confirmed"),
        ("GUARANTEES", "P-C1", "P-C5", "CNY 12.5 m", "rebutted"),
    )
    links = tuple(
        PictureLink(f"{kind}-{n}", kind, start, end, label, status, source="credit")
        for n, (kind, start, end, label, status) in enumerate(rows)
    )
    return NetworkPicture(
        nodes,
        links,
        "P-C1",
        date(2026, 11, 20),
        42,
        ("3 parties outside your scope", "neighbours capped at 100 of 5,204"),
    )


def star_picture(count: int) -> NetworkPicture:
    """One company with `count` owners, each two of them linked to a company of the second ring."""
    nodes = [PictureNode("P-0", "中心公司", "Centre", is_focus=True)]
    links = []
    for n in range(1, count + 1):
        nodes.append(PictureNode(f"P-{n}", f"股东{n}", f"Holder {n}", "person" if n % 2 else "company"))
        links.append(PictureLink(f"L-{n}", "OWNS", f"P-{n}", "P-0", f"{n % 9 + 1}%"))
        if n % 4 == 0:
            nodes.append(PictureNode(f"P-x{n}", f"关联公司{n}", None))
            links.append(PictureLink(f"L-x{n}", "GUARANTEES", f"P-{n}", f"P-x{n}"))
    return NetworkPicture(tuple(nodes), tuple(links), "P-0", date(2026, 11, 20), 7)
