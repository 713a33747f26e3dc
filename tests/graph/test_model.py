"""The model is consistent in itself, and its page is current."""

from pathlib import Path

from graph import model, model_page

DOCS = Path(__file__).parents[2] / "docs"
ITEMS: list[model.NodeType | model.LinkType] = [*model.NODES, *model.LINKS]


def test_page_is_current() -> None:
    assert (DOCS / "model.md").read_text(encoding="utf-8") == model_page.render(), (
        "docs/model.md is out of date: python -m graph.model_page > docs/model.md"
    )


def test_names_are_unique() -> None:
    labels = [n.label for n in model.NODES]
    types = [link.type for link in model.LINKS]
    assert len(set(labels)) == len(labels)
    assert len(set(types)) == len(types)
    for item in ITEMS:
        names = [p.name for p in item.properties]
        assert len(set(names)) == len(names), item


def test_ends_indexes_and_bases_exist() -> None:
    labels = {n.label for n in model.NODES}
    for link in model.LINKS:
        assert set(link.sources) | set(link.targets) <= labels
        assert link.basis is None or link.prop(link.basis), link.type
    for node in model.NODES:
        for name in node.indexed:
            assert node.prop(name) or name in {p.name for p in model.NODE_COMMON}, (node.label, name)


def test_money_stands_beside_a_currency() -> None:
    for item in ITEMS:
        if any(p.kind is model.Kind.MONEY for p in item.properties):
            assert item.prop("currency"), item
