"""A network's answer as the picture that `viz` draws."""

from __future__ import annotations

from api.services.network import NetworkAnswer
from graph.store import View
from viz.models import NetworkPicture, PictureLink, PictureNode


def picture_of(answer: NetworkAnswer, view: View) -> NetworkPicture:
    """The same nodes, links and omissions."""
    return NetworkPicture(
        nodes=tuple(
            PictureNode(
                id=node.id,
                name=node.name,
                name_en=node.name_en,
                kind=node.kind,
                roles=tuple(node.roles),
                is_focus=node.is_focus,
                hops=node.hops,
                group=node.group,
                link_count=node.link_count,
            )
            for node in answer.nodes
        ),
        links=tuple(
            PictureLink(
                id=link.id,
                type=link.type,
                from_id=link.from_id,
                to_id=link.to_id,
                label=link.label,
                status=link.status,
                since=link.since,
                source=link.source,
            )
            for link in answer.links
        ),
        focus=answer.focus,
        as_of=answer.as_of,
        seq=view.seq,
        omitted=tuple(answer.omitted),
        run_id=answer.run_id,
    )
