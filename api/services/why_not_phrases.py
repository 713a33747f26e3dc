"""What is said of why two parties are not in one group: English and Chinese, phrase by phrase."""

from __future__ import annotations

from api.services.why_phrases import Phrase

PHRASES: dict[str, Phrase] = {
    "together": (
        "{a} and {b} are both in the group of {heads}: it is one group of connected clients",
        "{a}与{b}同在{heads}的组内：属于同一组关联客户",
    ),
    "apart": ("{a} and {b} are in no group together", "{a}与{b}不在同一组内"),
    "votes": (
        "{holder} holds, with all that it controls, {votes} in {company}; control takes {needed}: {short}",
        "{holder}连同其所控制的各方持有{company}的{votes}；控制须{needed}：{short}",
    ),
    "more_than": ("more than {percent}", "超过{percent}"),
    "at_least": ("{percent} or more", "{percent}及以上"),
    "short_more_than": ("more than {percent} short", "尚差{percent}以上"),
    "short_at_least": ("{percent} short", "尚差{percent}"),
    "short_at_edge": ("it stands exactly there, and not above", "恰在界上，未超过"),
    "any": ("any", "任何一部分"),
    "undisclosed": (
        "; {undisclosed} of the votes are not disclosed: it would control {company} if {more} of these were its own",
        "；另有{undisclosed}的表决权未披露，若其中{more}属其所有，即控制{company}",
    ),
    "band": (
        "{holder} holds between {low} and {high} of {company}: possible control, not certain",
        "{holder}持有{company}的{low}至{high}：可能构成控制，但不确定",
    ),
    "one_way": (
        "{controller} controls {dependent}, which depends on {provider}; but {controller} itself depends on nobody in "
        "that group, and failure is not carried upwards",
        "{controller}控制{dependent}，后者在经济上依赖{provider}；但{controller}自身并不依赖该组任何成员，风险不向上传导",
    ),
    "flagged_only": (
        "They are together only in the potential group of {heads}, because {clauses}",
        "双方仅同在{heads}的潜在组内，原因是：{clauses}",
    ),
    "sovereign_above": (
        "Both are controlled by {sovereign}, an exempt sovereign, and that does not connect them",
        "双方均由豁免主权主体{sovereign}控制，而该控制不构成关联",
    ),
    "sovereign_itself": (
        "{other} is controlled by {sovereign}, an exempt sovereign, and that does not connect them",
        "{other}由豁免主权主体{sovereign}控制，而该控制不构成关联",
    ),
    "sovereign_apart": (
        "Both are controlled by {sovereign}, an exempt sovereign: each that it controls directly makes a group with "
        "it, apart from the others",
        "双方均由豁免主权主体{sovereign}控制：其直接控制的每一方各与其构成一组，彼此不相关联",
    ),
    "bank_rule": (
        "{dependent} depends on {provider}, but one of them is a bank, and bank groups form by control only",
        "{dependent}在经济上依赖{provider}，但其中一方为银行，而同业集团仅按控制关系认定",
    ),
    "dependence_off": (
        "{dependent} depends on {provider}, but economic dependence does not connect under this rule set",
        "{dependent}在经济上依赖{provider}，但该规则不以经济依存认定关联",
    ),
    "reporting_bank": (
        "Both depend on {bank}, the reporting bank, which as a lender never connects its borrowers",
        "双方均依赖报告银行{bank}，而银行作为贷款人不使其借款人相互关联",
    ),
    "separate_groups": (
        "The group of {one} and the group of {other} share {shared}, and stay two groups",
        "{one}的组与{other}的组共有成员{shared}，但仍为两组",
    ),
    "rebutted": (
        "That {dependent} depends on {provider} ({criterion}) was rebutted",
        "{dependent}在经济上依赖{provider}（{criterion}）的认定已被否定",
    ),
    "short": (
        "{dependent} does not depend on {provider}: {finding}, and {needed} is needed",
        "{dependent}并不依赖{provider}：{finding}，而认定须{needed}",
    ),
    "unassessed_flow": (
        "{dependent} was not assessed, though {finding}",
        "{dependent}未被评估，尽管{finding}",
    ),
    "no_figure": (
        "Whether {dependent} depends on {provider} by {criterion} is not known: {part} is known between them, but not "
        "the whole that it is compared with",
        "{dependent}是否依{criterion}标准依赖{provider}尚不可知：已知双方之间有{part}，但用于比较的总额未知",
    ),
    "not_assessed": (
        "Dependence of {party} was not assessed, which is not to say that it is independent: its exposure of "
        "{exposure} is not above {ratio} of the {base} of {amount}",
        "{party}的经济依存未予评估，但并不表示其独立：其敞口{exposure}未超过{base}{amount}的{ratio}",
    ),
    "no_capital": (
        "Dependence of {party} was not assessed: the bank's {base} is not known",
        "{party}的经济依存未予评估：本行{base}未知",
    ),
    "more": ("{count} more flows between them are smaller", "双方之间另有{count}笔较小的往来"),
    "nothing": (
        "Nothing is near: neither holds votes in the other, and no dependence between them is known",
        "无接近情形：双方互不持有表决权，亦未见经济依存",
    ),
}

BASES: dict[str, Phrase] = {
    "net_capital": ("net capital", "资本净额"),
    "net_tier_1": ("net tier 1 capital", "一级资本净额"),
    "tier_1": ("tier 1 capital", "一级资本"),
}
