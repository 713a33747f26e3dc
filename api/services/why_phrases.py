"""What is said of why parties are in one group, or are not: English and Chinese, phrase by phrase."""

from __future__ import annotations

from typing import Any, Literal

from api.services.control_setting import SETTING_OF_RUN

Lang = Literal["en", "zh"]
Phrase = tuple[str, str]
"""English and Chinese, with the same names in braces."""

MONTHS_EN = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

PHRASES: dict[str, Phrase] = {
    # Clauses: what ties a party (target) to another (source).
    "votes": ("{target} is controlled by {source} with {votes}", "{target}由{source}控制（持有{votes}）"),
    "joint": (
        "{target} is controlled by {source} with {votes}: {parts}",
        "{target}由{source}控制（合计{votes}：{parts}）",
    ),
    "part": ("{votes} held by {holder}", "{holder}持有{votes}"),
    "of_votes": ("{percent} of the votes", "{percent}的表决权"),
    "not_own": (
        ", {ratio} of the {whole} that are not its own shares",
        "，占剔除自持股份后{whole}表决权的{ratio}",
    ),
    "basis": (
        "{target} is controlled by {source}, as declared: {basis}",
        "{target}由{source}控制（申报依据：{basis}）",
    ),
    "family": (
        "{target} and {others} count as one controller",
        "{target}与{others}视为同一控制人",
    ),
    "kin": (
        "{target} is controlled by {source} together with close kin, with {votes}: {parts}",
        "{target}由{source}与其近亲属共同控制（合计{votes}：{parts}）",
    ),
    "kin_alone": (
        "{target} is controlled by close kin of {source}, with {votes}: {parts}",
        "{target}由{source}的近亲属控制（合计{votes}：{parts}）",
    ),
    "kin_basis": (
        "{target} is controlled by {source} together with close kin, as declared: {basis}",
        "{target}由{source}与其近亲属共同控制（申报依据：{basis}）",
    ),
    "depends": ("{target} depends on {source}: {finding}", "{target}在经济上依赖{source}：{finding}"),
    # What dependence was found from.
    "receipts": (
        "{share} of its receipts {period} ({amounts}) came from {source}",
        "{period}其收入的{share}（{amounts}）来自{source}",
    ),
    "expenditure": (
        "{share} of its expenditure {period} ({amounts}) went to {source}",
        "{period}其支出的{share}（{amounts}）流向{source}",
    ),
    "guarantee": (
        "its guarantees for {source} are {share} of its equity ({amounts})",
        "其为{source}提供的担保为其净资产的{share}（{amounts}）",
    ),
    "guarantee_no_equity": (
        "it guarantees {part} for {source}, while its equity is {whole}",
        "其为{source}担保{part}，而其净资产为{whole}",
    ),
    "repayment": (
        "{share} of what was repaid on its loans ({amounts}) came from accounts of {source}",
        "其贷款还款的{share}（{amounts}）来自{source}的账户",
    ),
    "funding": ("{share} of its funding ({amounts}) comes from {source}", "其融资的{share}（{amounts}）来自{source}"),
    "same_source": (
        "{share} of what was repaid on its loans ({amounts}) came from a source from which {source} mainly repays too",
        "其贷款还款的{share}（{amounts}）来自同一来源，{source}的还款亦主要来自该来源",
    ),
    "stated": ("the loaded data state it ({criterion}), without figures", "已加载的数据载明（{criterion}），未附金额"),
    "stated_share": (
        "the loaded data state it ({criterion}: {share} of the whole)",
        "已加载的数据载明（{criterion}：占{share}）",
    ),
    "amounts": ("{currency} {part} of {whole}{origin}", "{currency} {whole}中的{part}{origin}"),
    "amounts_against": ("{currency} {part} against {whole}{origin}", "{currency} {part}，净资产为{whole}{origin}"),
    "of_statement": (", its statement of {year}", "，取自其{year}年报表"),
    "of_accounts_receipts": (", all that its accounts took in", "，为其账户全部流入"),
    "of_accounts_expenditure": (", all that its accounts paid out", "，为其账户全部流出"),
    "period": ("of the {months} months to {month} {year}", "截至{year}年{month}月的{months}个月"),
    "period_unknown": ("of the months known", "已知月份内"),
    # Citations.
    "cited": (" ({notes})", "（{notes}）"),
    "note_join": (", ", "，"),
    "and": (" and ", "与"),
    "rule": ("rule {rule}, {article}", "规则 {rule}，{article}"),
    "run_setting": (SETTING_OF_RUN, "运行参数设定"),
    "flagged": ("flagged: nobody has confirmed it", "待核实：尚无人确认"),
    "flagged_kin": ("flagged: by the kin alone", "待核实：仅由近亲属控制"),
    "flagged_counts": (
        "flagged: nobody has confirmed it, and the rule counts it all the same",
        "待核实：尚无人确认，但该规则仍计入",
    ),
    # Sentences of a membership.
    "member": ("{party} is in this group because {clause}", "{party}属于本组，原因是：{clause}"),
    "it": ("it", "其"),
    "head": (
        "{party} is the head of this group: nobody controls it, and it holds the others together ({others} would fall "
        "with it{more})",
        "{party}是本组的核心：无人控制该方，其他成员由其连结（其若倒下，{others}将受牵连{more}）",
    ),
    "head_below": (
        "{party} is the head of this group: only {sovereign}, an exempt sovereign, controls it, and that does not "
        "connect{cited}; it holds the others together ({others} would fall with it{more})",
        "{party}是本组的核心：仅由豁免主权主体{sovereign}控制，而该控制不构成关联{cited}；其他成员由其连结（其若倒下，{others}将受牵连{more}）",
    ),
    "flagged_too": ("; {count} where what is flagged counts too", "；若计入待核实的关系，则为{count}方"),
    "one_party": ("1 party", "1方"),
    "parties": ("{count} parties", "{count}方"),
    "head_of_circle": (
        "{party} is at the head of this group together with {others}: each would fall with the other",
        "{party}与{others}同为本组的核心：一方倒下，另一方亦受牵连",
    ),
    "head_as_one": (
        "{party} and {others}, who count as one controller, are the head of this group: nobody controls them",
        "{party}与{others}视为同一控制人，同为本组的核心：无人控制该双方",
    ),
    "start": ("{party} is the head of the group: nobody controls it", "{party}是本组的核心：无人控制该方"),
    "start_below": (
        "{party} is the head of the group: only {sovereign}, an exempt sovereign, controls it, and that does not "
        "connect{cited}",
        "{party}是本组的核心：仅由豁免主权主体{sovereign}控制，而该控制不构成关联{cited}",
    ),
    "start_sovereign": (
        "{party} is an exempt sovereign: each party that it controls directly makes a group with it{cited}",
        "{party}为豁免主权主体：其直接控制的每一方各与其构成一组{cited}",
    ),
    "connector": (
        "{party} owes the bank nothing: it is shown as connector, because others hang from it, and counts for nothing",
        "{party}对本行无敞口：因其连结其他成员而列为连接方，不计入敞口",
    ),
    "potential": (
        "This membership is potential only: it rests on what is flagged",
        "该成员关系仅为潜在：其依据尚待核实",
    ),
    "no_link": ("No link is needed for that", "无需任何关系即成立"),
    "one_link": ("This one link suffices", "此一条关系即足以成立"),
    "fewest": ("These {links} links suffice, and no fewer would", "上述{links}条关系足以成立，且不能更少"),
    "not_fewest": (
        "These {links} links suffice and none of them can be left out; that no other set of fewer suffices is not "
        "proven (it takes at least {least})",
        "上述{links}条关系足以成立且缺一不可；是否存在更少的组合未获证明（至少需要{least}条）",
    ),
    "further": ("By another route, {clause}", "另一路径：{clause}"),
    "declared": (
        "{party} is in the group {group} because {source} declares it: row {row}",
        "{party}属于{group}，因为{source}申报了该组：数据行{row}",
    ),
    "declared_role": (", as {role}", "，角色为{role}"),
    "hidden": ("a party outside your scope", "您权限之外的一方"),
    "bank": ("the bank", "本行"),
}

BASES: dict[str, Phrase] = {
    "agreement": ("by agreement", "协议控制"),
    "board_majority": ("it appoints the majority of the board", "委派董事会多数成员"),
    "management": ("it manages it", "负责经营管理"),
    "consolidated_accounts": ("it consolidates its accounts", "合并报表"),
    "actual_controller": ("actual controller", "实际控制人"),
}

CRITERIA: dict[str, Phrase] = {
    "receipts": ("receipts", "收入"),
    "expenditure": ("expenditure", "支出"),
    "guarantee": ("guarantees", "担保"),
    "repayment": ("repayment", "还款"),
    "funding": ("funding", "融资"),
    "same_source": ("the same source of repayment", "同一还款来源"),
    "": ("criterion not told", "未载明标准"),
}


def say(lang: Lang, name: str, **values: Any) -> str:
    """A phrase in a language, filled in."""
    return filled(lang, PHRASES[name], **values)


def filled(lang: Lang, phrase: Phrase, **values: Any) -> str:
    """The same for a phrase at hand."""
    return phrase[lang == "zh"].format(**values)


def word(lang: Lang, words: dict[str, Phrase], name: str) -> str:
    """One of a list of words; what is not in it stands for itself."""
    return words[name][lang == "zh"] if name in words else name.replace("_", " ")


def sentence(lang: Lang, text: str) -> str:
    """A text with its full stop."""
    return f"{text}{'。' if lang == 'zh' else '.'}"


def joined(lang: Lang, sentences: list[str]) -> str:
    """Sentences as one paragraph."""
    return ("" if lang == "zh" else " ").join(sentence(lang, one) for one in sentences)


def listed(lang: Lang, names: list[str]) -> str:
    """Names as a list: A, B and C."""
    if len(names) < 2:
        return "".join(names)
    comma = "、" if lang == "zh" else ", "
    return f"{comma.join(names[:-1])}{say(lang, 'and')}{names[-1]}"
