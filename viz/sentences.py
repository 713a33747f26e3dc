"""The sentences that answers say in English, with the Chinese that the pages show in their place.

A slot `{name}` stands for any text and is kept as it is; `{name:links}` is a link type, `{name:values}` a code,
`{name:sections}` a section, `{name:segment}` a customer segment, all put into words; `{name:said}` is a sentence or
part of one itself, `{name:names}` are names joined by `and`, `{name:kinds}` types of links. Sentences are joined by
`; ` in answers and taken one by one. One without an entry here is shown as it is; a test opens the demo bank's pages
in Chinese and finds none.
"""

from __future__ import annotations

_KIN = (
    ("spouse", "配偶"),
    ("parent", "父母"),
    ("child", "子女"),
    ("sibling", "兄弟姐妹"),
    ("grandparent", "祖父母"),
    ("in-law", "姻亲"),
    ("kin", "亲属"),
)
_POSTS = (
    ("legal representative", "法定代表人"),
    ("actual controller", "实际控制人"),
    ("head of finance", "财务负责人"),
    ("executive", "高管"),
)
SENTENCES: tuple[tuple[str, str], ...] = (
    # Why a section is empty
    ("no data from {names}", "{names} 未提供数据"),
    ("no data: no source that delivers this has been loaded", "无数据：尚未加载提供此类信息的来源"),
    ("no analysis run has been made yet", "尚无分析运行"),
    ("`guanxi run` makes one", "可用 `guanxi run` 运行一次"),
    ("nothing found by {run}", "{run} 未发现"),
    ("nothing found", "未发现"),
    ("`guanxi match run` looks for it", "可用 `guanxi match run` 查找"),
    ("no source record describes this party", "没有来源记录描述此当事方"),
    ("only links name it", "仅在关系中出现"),
    ("it is no customer: customers alone are graded", "非本行客户：仅对客户评级"),
    # What is to be known of the run
    ("no run for {day}", "{day} 无分析运行"),
    ("the nearest is {run} of {day}", "最近的是 {day} 的 {run}"),
    ("{run} of {day} kept its tables alone", "{day} 的 {run} 仅保留结果表"),
    ("`guanxi export control --run {run}` prints them", "可用 `guanxi export control --run {run}` 输出"),
    ("{run} is stale: a load that it read was rolled back", "{run} 已失效：其所读的一次加载已撤销"),
    ("{run} knows nothing of what was loaded since", "{run} 未包含其后加载的数据"),
    ("`guanxi run` makes a new one", "可用 `guanxi run` 重新运行"),
    # What was left out
    ("attributes of parties and other nodes are today's", "当事方及其他节点的属性为今日之值"),
    ("links and memberships are those of the day", "关系与成员为所问当日"),
    ("{section:sections}: {shown} of {total:said} shown", "{section:sections}：显示 {total:said} 项中的 {shown} 项"),
    (
        "{name}: {kind:links} neighbours capped at {shown} of {total:said}",
        "{name}：“{kind:links}”关系显示 {total:said} 项中的 {shown} 项",
    ),
    ("{name}: only {count} of its links were read, in no order", "{name}：仅读取其关系中的 {count} 条，不分先后"),
    (
        "links between the outermost nodes capped at {shown} of {total}",
        "最外层之间的关系显示 {total} 条中的 {shown} 条",
    ),
    ("nodes capped at {shown}: {more} more were reached", "最多显示 {shown} 个节点：另有 {more} 个未显示"),
    ("not walked unless asked by `kinds`: {kinds:kinds}", "除非指定，不展开：{kinds:kinds}"),
    ("hits capped at {shown}: at least {more} more match", "显示前 {shown} 条：至少另有 {more} 条匹配"),
    (
        "ranked among the {count} best names; more may match, type more of the name",
        "在最匹配的 {count} 个名称中排序；可能还有其他匹配，请输入更完整的名称",
    ),
    (
        "parties that share this {by:values} capped at {count}, in no order; there are more",
        "共用此{by:values}的当事方显示 {count} 个，不分先后；还有更多",
    ),
    ("members capped at {shown} of {total:said}", "成员显示 {total:said} 个中的 {shown} 个"),
    ("more than 10,000", "10,000 以上"),
    # Why a party is in a group
    (
        "head: controls {count:said} in a circle with {names:names}, and nobody outside controls it",
        "核心方：与{names:names}循环控制，共同控制{count:said}，且不受外部控制",
    ),
    ("head: controls {count:said} and nobody outside controls it", "核心方：控制{count:said}，且不受外部控制"),
    ("head: controls {count:said} as one with {names:names}", "核心方：与{names:names}一致行动，控制{count:said}"),
    ("head: {count:said} would fall with it", "核心方：一旦违约，{count:said}将受牵连"),
    ("also controlled by {names:names}, head of {group}", "同时受{names:names}控制（{group} 的核心方）"),
    ("also controlled by the heads of {count} more groups", "同时受另外 {count} 个集团的核心方控制"),
    ("controlled by the head of the group", "由集团核心方控制"),
    (
        "controlled by {name:names} together with close kin: by the kin alone, flagged",
        "由{name:names}与近亲属共同控制：仅由亲属控制，待核实",
    ),
    ("controlled by {name:names} together with close kin", "由{name:names}与近亲属共同控制"),
    (
        "controlled by {name:names} ({basis:values}) with {votes} of the votes",
        "由{name:names}控制（{basis:values}），表决权 {votes}",
    ),
    ("controlled by {name:names} ({basis:values})", "由{name:names}控制（{basis:values}）"),
    ("controlled by {name:names}", "由{name:names}控制"),
    (
        "depends on {name:names} ({criterion:values}, flagged: nobody has confirmed it)",
        "经济上依赖{name:names}（{criterion:values}，待核实：尚无人确认）",
    ),
    ("depends on {name:names} ({criterion:values})", "经济上依赖{name:names}（{criterion:values}）"),
    ("a party outside your scope", "您权限之外的当事方"),
    ("1 party", "1 个当事方"),
    ("{count} parties", "{count} 个当事方"),
    ("{count} more", "另外 {count} 个"),
    # Why a person is in a household
    ("one household with {name:names}: decided by a person", "与{name:names}为同一家庭：经人工认定"),
    ("minor child of {name:names}", "{name:names}的未成年子女"),
    ("parent of the minor {name:names}", "未成年人{name:names}的父母"),
    ("joint account with {name:names}", "与{name:names}共有账户"),
    ("same address and surname as {name:names}", "与{name:names}同住址且同姓"),
    ("same address and telephone as {name:names}", "与{name:names}同住址且同电话"),
    ("one household with {name:names}", "与{name:names}为同一家庭"),
    # Why a party is in a family
    *((f"{english} of {{name:names}}", f"{{name:names}}的{chinese}") for english, chinese in _KIN),
    *((f"whose {english} is {{name:names}}", f"{chinese}为{{name:names}}") for english, chinese in _KIN),
    ("controlled by the family through {name:names}", "由家族通过{name:names}控制"),
    ("family: totals are those of the last run", "家族：合计为最近一次运行之值"),
    # Why a group is one
    (
        "{group}: {names:names}, whom nobody outside controls, with all that is controlled from there. "
        "{run}: control is {least:said} of the votes, or declared",
        "{group}：{names:names}不受外部控制，连同由其控制的全部企业。{run}：控制指{least:said}的表决权，或经申报",
    ),
    (
        "{group}: {names:names}, with all that falls when {head} falls: by control and by dependence. "
        "{run}: control is {least:said} of the votes, or declared",
        "{group}：{names:names}，连同因控制或经济依赖而随{head}一同违约的各方。{run}：控制指{least:said}的表决权，"
        "或经申报",
    ),
    ("more than {share}%", "超过 {share}% "),
    ("at least {share}%", "不低于 {share}% "),
    ("own shares leave the denominator, couples count as one", "自持股份从分母中扣除，夫妻视为一人"),
    ("own shares leave the denominator, each person counts alone", "自持股份从分母中扣除，个人分别计算"),
    ("own shares are left out, couples count as one", "自持股份不计，夫妻视为一人"),
    ("own shares are left out, each person counts alone", "自持股份不计，个人分别计算"),
    # The articles of the shipped rule sets that control and connected groups stand on
    ("setting of the run", "运行参数设定"),
    (
        "cn-large-exposure: Annex on the identification of connected customers ({title})",
        "商业银行大额风险暴露管理办法附件（{title}识别）",
    ),
    (
        "cn-large-exposure: Art. 8 and annex on the identification of connected customers",
        "商业银行大额风险暴露管理办法第八条及附件（关联客户识别）",
    ),
    ("cn-group-credit: Art. {number}", "商业银行集团客户授信业务风险管理指引第 {number} 条"),
    ("basel-lex: LEX10 (control relationship)", "巴塞尔框架 LEX10（控制关系）"),
    ("basel-lex: LEX10 (groups of connected counterparties)", "巴塞尔框架 LEX10（关联交易对手组）"),
    ("hkma: Part 7 (linked counterparties)", "香港银行业（风险承担限度）规则第 7 部（有联系对手方）"),
    ("eu-crr: Art. 4 (1) (37) and (39)", "欧盟资本要求条例第 4 条第 1 款第 37、39 项"),
    ("eu-crr: Art. 4 (1) (39)", "欧盟资本要求条例第 4 条第 1 款第 39 项"),
    ("Delegated Regulation (EU) 2024/1728", "欧盟 2024/1728 号授权条例"),
    (
        "Delegated Regulation (EU) 2024/1728 (recital 1: in doubt a single risk)",
        "欧盟 2024/1728 号授权条例（序言第 1 段：存疑时视为单一风险）",
    ),
    ("cn-bo: Art. {number}", "受益所有人信息管理办法第 {number} 条"),
    ("eu-amlr: Art. {number}", "欧盟反洗钱条例第 {number} 条"),
    ("eu-amld: Art. {number}", "欧盟反洗钱指令第 {number} 条"),
    ("cn-related-party: Art. {number}", "银行保险机构关联交易管理办法第 {number} 条"),
    # Why something is an opening
    (
        "{both} of the {holders} customers who hold {product}, as it does, hold this too",
        "与其一样持有{product}的 {holders} 位客户中，{both} 位也持有此产品",
    ),
    (
        "new, and customers who hold what it holds hold others of this family",
        "新产品：持有相同产品的客户也持有同类产品",
    ),
    ("its {product} matures on {day}: renew or replace it", "其{product}将于 {day} 到期：可续做或更换"),
    (
        "{holders} of {others} other customers in its household hold it",
        "家庭中另外 {others} 位客户中有 {holders} 位持有",
    ),
    (
        "{holders} of {others} other customer in its household hold it",
        "家庭中另外 {others} 位客户中有 {holders} 位持有",
    ),
    (
        "{holders} of {others} other customers in its group {group} hold it",
        "集团 {group} 中另外 {others} 位客户中有 {holders} 位持有",
    ),
    (
        "{holders} of {others} other customer in its group {group} hold it",
        "集团 {group} 中另外 {others} 位客户中有 {holders} 位持有",
    ),
    (
        "holds nothing yet; {share}% of customers of its segment ({segment:segment}) hold it",
        "尚未持有任何产品；同客群（{segment:segment}）客户中 {share}% 持有",
    ),
    (
        "holds nothing yet; {share}% of customers of its segment () hold it",
        "尚未持有任何产品；同客群客户中 {share}% 持有",
    ),
    *(
        (
            f"{english} of {{name:names}}, a corporate customer, and no private customer",
            f"公司客户{{name:names}}的{chinese}，但不是零售客户",
        )
        for english, chinese in _POSTS
    ),
    *(
        (
            f"its {english} {{name:names}} is a private customer, and it is no corporate customer",
            f"其{chinese}{{name:names}}是零售客户，而其尚不是公司客户",
        )
        for english, chinese in _POSTS
    ),
    # Why something is not offered
    ("sold within the last {days} days", "近 {days} 天内已成交"),
    ("it asked not to be approached", "客户已拒绝营销"),
    (
        "its risk is above the customer's rating, or it is for another segment",
        "风险高于客户承受等级，或面向其他客群",
    ),
    ("refused within the last {days} days", "近 {days} 天内已拒绝"),
    ("its household was approached within the last {days} days", "近 {days} 天内已接触其家庭"),
    ("{outcome:values} on {day}, as {who} wrote down", "{day} {outcome:values}，由 {who} 记录"),
    ("{run} found nothing to offer it", "{run} 未发现可推荐内容"),
    ("No analysis run has been made yet; `guanxi run` makes one.", "尚无分析运行；可用 `guanxi run` 运行一次。"),
    (
        "There is no run for {day}; the nearest is {run} of {then}. Name that with --run, or make one by "
        "`guanxi run --as-of {again}`.",
        "{day} 无分析运行；最近的是 {then} 的 {run}。可用 `guanxi run --as-of {again}` 运行一次。",
    ),
    (
        "The tables of {run} are not in the archive at {place}; they are kept where the run was made. Run `guanxi run` "
        "here, or set GUANXI_HOME to the home it ran in.",
        "{run} 的结果表不在 {place}，而在其运行之处。请在此运行 `guanxi run`，或将 GUANXI_HOME 设为其所在目录。",
    ),
    # Who can introduce a party
    ("a colleague's customer", "同事的客户"),
    ("kin speak for each other", "亲属之间可互相引荐"),
    ("the legal representative speaks for the company", "法定代表人可代表企业"),
    ("who runs a company is heard in it", "高管在企业内有话语权"),
    ("who referred somebody once has shown that it can", "曾成功转介，可再次引荐"),
    ("holders know the company and each other through it", "股东了解企业，并因此相识"),
    ("who stands for another's debt knows it well", "担保人熟悉被担保人"),
    ("a manager knows his or her customers", "客户经理熟悉自己的客户"),
    ("no route of at most {count} ties was found", "未找到不超过 {count} 步的引荐路径"),
    (
        "candidates capped at {count} of {total}, those of the strongest ties kept",
        "候选引荐人取关系最强的 {count} 个，共 {total} 个",
    ),
    (
        "of {parties} parties the strongest ties alone were followed, {count} of an end and {fewer} of others",
        "有 {parties} 个当事方仅沿其最强的关系查找：两端各 {count} 条，其余 {fewer} 条",
    ),
    (
        "of {parties} party the strongest ties alone were followed, {count} of an end and {fewer} of others",
        "有 {parties} 个当事方仅沿其最强的关系查找：两端各 {count} 条，其余 {fewer} 条",
    ),
    (
        "of {parties} parties with very many links of one kind some were read alone, {count} of an end and {fewer} of "
        "others",
        "有 {parties} 个当事方同类关系极多，未全部读取：两端各 {count} 条，其余 {fewer} 条",
    ),
    (
        "of {parties} party with very many links of one kind some were read alone, {count} of an end and {fewer} of "
        "others",
        "有 {parties} 个当事方同类关系极多，未全部读取：两端各 {count} 条，其余 {fewer} 条",
    ),
    (
        "of the manager's book the first {count} links were read, ended ones among them",
        "仅读取该客户经理名下前 {count} 条关系（含已终止的）",
    ),
    (
        "introducers who asked not to be approached, left out: {count}",
        "未列入已拒绝营销的引荐人：{count} 个",
    ),
    ("the search ended at its cap: there may be more routes", "查找已达上限：可能还有其他路径"),
    # What has become of a decision
    ("waits for a second person; until then nothing changes", "等待第二人复核，此前不产生影响"),
    ("decided, counted by {run}", "已决定，{run} 已计入"),
    ("decided, counts from the next run", "已决定，自下次运行起计入"),
    (
        "approved for {was:said}, but the link says {now:said} now: waits for a second person again",
        "复核时为{was:said}，现为{now:said}：须再次由第二人复核",
    ),
    ("its link is closed; it holds again when the same comes back", "关系已终止，同一关系恢复时重新生效"),
    ("{decision} took its place", "已被 {decision} 取代"),
    ("withdrawn by {who}", "已由 {who} 撤回"),
    # What a referral tells
    ("bought on {day}, before the referral: the purchase earns nothing", "{day} 成交，早于转介：该笔成交不计入"),
    # What stands on a link
    ("{share} of votes", "表决权 {share}"),
    ("{low}% to {high}%", "{low}% 至 {high}%"),
    ("{share}% {basis:values}", "{share}% {basis:values}"),
    (
        "{criterion:values} {share}%, {part} of {whole}",
        "{criterion:values} {share}%（{part}，基数 {whole}）",
    ),
    ("{criterion:values} {share}%", "{criterion:values} {share}%"),
    # What went wrong
    (
        "No party has the id '{id}'. Search by name, or give an id of any system to /v1/resolve.",
        "没有编号为“{id}”的当事方。请按名称搜索。",
    ),
    (
        "No party has the id '{id}', and no relationship manager that id or staff number. Search by name; the section "
        "`managers` of a customer's 360 tells who looks after it.",
        "没有编号为“{id}”的当事方，也没有该编号或员工号的客户经理。请按名称搜索。",
    ),
    ("from and to are both {id}; a path goes to another party.", "起点和终点都是 {id}；请指定另一方。"),
    (
        "Several managers have the name '{name}': {ids}. Give one of the ids.",
        "有多位客户经理名为“{name}”：{ids}。请指定其中一个编号。",
    ),
    (
        "Several managers have the staff number '{id}': {ids}. Give one of the ids.",
        "有多位客户经理的员工号为“{id}”：{ids}。请指定其中一个编号。",
    ),
    ("{who} asked not to be approached", "{who}已要求不被联系"),
    ("No group has the id '{id}'.", "没有编号为“{id}”的集团。"),
    ("The text has {count} characters; give at most {most}.", "文字有 {count} 个字符；最多 {most} 个。"),
    ("Not found", "未找到"),
    ("This cannot be asked so", "不能这样查询"),
    ("This is not well formed", "格式不正确"),
    ("Something else is going on", "另有操作正在进行"),
    ("The database does not answer", "数据库没有响应"),
    ("This failed", "操作未成功"),
    ("Too much at once", "一次请求过多"),
)
