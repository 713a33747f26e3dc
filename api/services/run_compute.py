"""What follows from what a run read: computed from frozen input alone, so that a replay computes the same."""

from __future__ import annotations

from dataclasses import dataclass

from algorithms.ballots import TooManyVotes
from algorithms.control import Control, control
from algorithms.groups import Groups, control_groups
from algorithms.stable_ids import StableIds, stable_ids
from algorithms.threshold import PPB
from api.services import run_results as results
from api.services.run_input import RunInput
from api.services.run_parameters import RunParameters
from graph.errors import BadInput


@dataclass(frozen=True)
class Computed:
    """Control, its immediate links, and the groups with their ids and members."""

    control: Control
    links: list[results.ControlLink]
    groups: Groups
    kept: StableIds
    members: list[results.Membership]

    @property
    def group_ids(self) -> list[str]:
        """The id of each group, in their order."""
        return list(self.kept.ids)

    def digest(self) -> str:
        """Over links and memberships."""
        return results.digest(self.links, self.members)


def compute_control(given: RunInput, parameters: RunParameters) -> Control:
    """Who controls whom. Raises BadInput where holdings sum too far above 1 to be compared exactly."""
    try:
        return control(given.stakes, len(given.party_ids), parameters.rule, given.bases, given.couples)
    except TooManyVotes as error:
        raise BadInput(
            f"The holdings in {given.party_ids[error.party]} sum too far above 1 to be compared exactly with "
            f"{parameters.threshold_ppb / PPB:.9f}: correct them there, or give a threshold with fewer digits.",
            field="control.threshold",
        ) from error


def compute_groups(given: RunInput, found: Control, earlier: results.EarlierGroups) -> Computed:
    """The groups that follow from control, with the ids of the earlier groups that they continue."""
    links = results.control_links(given, found)
    groups = control_groups(found)
    members = [[given.party_ids[p] for p in groups.members(k).tolist()] for k in range(len(groups))]
    heads = [[given.party_ids[p] for p in groups.heads(k).tolist()] for k in range(len(groups))]
    kept = stable_ids(members, heads, earlier.parties_of, earlier.dissolved, prefix="G-")
    return Computed(found, links, groups, kept, results.memberships(given, groups, list(kept.ids), links))
