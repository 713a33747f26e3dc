"""The code lists: what `CODE_LIBRARY` holds for the credit system, and the other systems' fixed codes. Assumed."""

from __future__ import annotations

from typing import NamedTuple


class Code(NamedTuple):
    """One code with its meaning in Chinese and English."""

    item: str
    name: str
    english: str


def _codes(text: str) -> tuple[Code, ...]:
    """Codes from `item Chinese English...`, one a line."""
    return tuple(Code(*line.split(maxsplit=2)) for line in filter(str.strip, text.splitlines()))


CREDIT_CODES: dict[str, tuple[Code, ...]] = {
    "CustomerType": _codes("""
        0110 大型企业 large company
        0120 中小企业 small or medium company
        0130 非银行金融机构 financial institution that is no bank
        0131 银行 bank
        0132 本行 the bank itself
        0140 政府机构 public body
        0150 主权机构 sovereign or central bank
        0310 个人客户 person
    """),
    "CertType": _codes("""
        Ent01 统一社会信用代码 unified social credit code
        Ent02 境外注册号 foreign registration number
        Ind01 居民身份证 resident identity card
        Ind03 护照 passport
        Ind06 港澳居民来往内地通行证 Hong Kong or Macau permit
    """),
    "CustomerState": _codes("""
        01 正式客户 customer
        02 潜在客户 prospect
        03 关联方 related party only
    """),
    "OrgNature": _codes("""
        1100 国有独资公司 wholly state-owned company
        1590 有限责任公司 limited liability company
        1600 股份有限公司 company limited by shares
        1700 合伙企业 partnership
        2000 外商投资企业 foreign-invested company
        3000 机关事业单位 public body
        9000 境外企业 foreign company
    """),
    "IndustryType": _codes("""
        A01 农业 farming
        B06 煤炭开采 coal mining
        C14 食品制造 food
        C17 纺织 textiles
        C26 化工 chemicals
        C27 医药 pharmaceuticals
        C31 钢铁 steel
        C34 机械 machinery
        C36 汽车零部件 vehicle parts
        C38 电气 electrical equipment
        C39 电子 electronics
        D44 电力 power
        E47 建筑 construction
        F51 贸易 wholesale
        F52 零售 retail
        G54 物流 logistics
        H62 餐饮 catering
        I65 软件 software
        J66 金融 finance
        K70 房地产 real estate
        L72 投资 investment and business services
        M75 科技 technology services
        N77 环保 environment
        Q83 医疗 health
        R88 文化传媒 media
        S92 公共管理 public administration
    """),
    "Scope": _codes("""
        2 大型 large
        3 中型 medium
        4 小型 small
        5 微型 micro
    """),
    "YesNo": _codes("""
        1 是 yes
        2 否 no
    """),
    "Sex": _codes("""
        1 男 male
        2 女 female
    """),
    "RelationShip": _codes("""
        0100 法定代表人 legal representative
        0101 董事长 chairman of the board
        0102 总经理 general manager
        0103 董事 director
        0104 监事 supervisor
        0105 财务负责人 head of finance
        0301 配偶 spouse
        0302 父母 parent
        0303 子女 child
        0304 兄弟姐妹 sibling
        0305 祖父母 grandparent
        0306 姻亲 in-law
        5200 股东 owner
        5201 代持股东 nominee owner
        0601 主要购货方 main buyer on whom it depends
        0602 主要资金来源 main source of funds
        0701 协议控制 control by agreement
        0702 董事会多数席位 control of the board majority
        0703 实际管理 control of the management
        0704 合并报表 consolidated accounts
    """),
    "EffStatus": _codes("""
        1 有效 in force
        2 失效 ended
    """),
    "MemberType": _codes("""
        01 母公司 parent
        02 成员 member
    """),
    "VouchType": _codes("""
        005 信用 unsecured
        010 保证 guaranteed
        020 抵押 mortgaged
        040 质押 pledged
    """),
    "ClassifyResult": _codes("""
        01 正常 pass
        02 关注 special mention
        03 次级 substandard
        04 可疑 doubtful
        05 损失 loss
    """),
    "ContractState": _codes("""
        1 有效 in force
        2 结清 ended
    """),
    "GuarantyType": _codes("""
        010 连带责任保证 joint and several guarantee
        011 一般保证 general guarantee
        050 抵押 mortgage
        060 质押 pledge
    """),
    "GuarantyState": _codes("""
        1 有效 in force
        2 失效 ended
    """),
    "CollateralType": _codes("""
        1010 住宅 dwelling
        1020 商业用房 commercial building
        1030 土地使用权 land use right
        1040 机器设备 machines
        2010 本行存单 deposit at this bank
        2011 保证金 cash margin at this bank
        2012 他行存单 deposit at another bank
        2020 国债 government bonds
        2030 股权 shares
        2040 应收账款 receivables
    """),
    "ItemType": _codes("""
        10 表内贷款 loan
        20 等同于贷款的表外项目 direct credit substitute, such as an acceptance
        30 与交易相关的或有项目 transaction-related contingency, such as a performance guarantee
        40 与贸易相关的或有项目 trade-related contingency, such as a letter of credit
    """),
    "HisReason": _codes("""
        1 债务结清 debt repaid
        2 更换担保 replaced
    """),
    "ReportScope": _codes("""
        1 本部 single company
        2 合并 consolidated
    """),
    "RowSubject": _codes("""
        804 资产总计 total assets
        807 负债合计 total liabilities
        808 所有者权益合计 equity
        501 营业收入 revenue
        502 营业成本 cost of sales
        517 净利润 net profit
        611 经营活动现金流量净额 operating cash flow
    """),
}

OTHER_CODES: dict[str, tuple[Code, ...]] = {
    "CoreCert": _codes("""
        1 居民身份证 resident identity card
        2 护照 passport
        3 港澳居民来往内地通行证 Hong Kong or Macau permit
        5 统一社会信用代码 unified social credit code
        6 境外注册号 foreign registration number
    """),
    "CoreSex": _codes("""
        1 男 male
        2 女 female
    """),
    "CoreState": _codes("""
        1 正常 active
        9 销户 closed
    """),
    "CoreCust": _codes("""
        1 对私 private
        2 对公 corporate
    """),
    "CoreAddr": _codes("""
        1 家庭地址 home
        2 办公地址 office
        3 注册地址 registered
    """),
    "CoreContact": _codes("""
        1 手机 mobile
        2 电子邮箱 e-mail
        3 固定电话 landline
    """),
    "CoreField": _codes("""
        NAME 名称 name
        ADDR 地址 address
        TELN 电话 telephone
    """),
    "CoreAcct": _codes("""
        1 活期 current
        2 定期 time deposit
        3 借记卡 card
        4 基本户 basic corporate account
        5 一般户 general corporate account
        6 专用户 special corporate account
    """),
    "CoreFreeze": _codes("""
        1 法院 court
        2 公安 police
        3 税务 tax office
        4 本行 bank
    """),
    "Hierarchy": _codes("""
        R 汇总层级 rollup
        C 服务层级 coverage
    """),
    "OrgType": _codes("""
        HO 总行 head office
        BR 分行 branch
        SB 支行 sub-branch
        TEAM 团队 team
    """),
    "Post": _codes("""
        P01 行长 head of branch
        P02 客户经理 relationship manager
        P03 团队长 team head
        P04 风险经理 risk manager
        P05 柜员 teller
    """),
    "PartyKind": _codes("""
        1 个人 person
        2 企业 company
    """),
    "CustKind": _codes("""
        1 对私客户 private customer
        2 对公客户 corporate customer
        3 行外人员 outsider
    """),
    "Segment": _codes("""
        MASS 大众 mass
        AFFL 富裕 affluent
        PRIV 私人银行 private banking
        MICR 小微 micro business
        CORP 公司 corporate
        STRA 战略 strategic
    """),
    "Category": _codes("""
        DEP 存款 deposit
        LOAN 贷款 loan
        WM 理财 wealth
        INS 保险 insurance
        CARD 卡 card
        PAY 结算 payment
        TRADE 贸易融资 trade finance
    """),
    "RefOutcome": _codes("""
        OPENED 已开户 became a customer
        BOUGHT 已购买 bought
        LOST 未成 came to nothing
        PENDING 跟进中 pending
    """),
    "Channel": _codes("""
        SMS 短信 text message
        CALL 外呼 call
        APP 手机银行 app
        RM 客户经理 relationship manager
    """),
    "Response": _codes("""
        NONE 无回应 no answer
        INTR 有意向 interested
        BUY 已购买 bought
        REF 拒绝 refused
    """),
    "ContactKind": _codes("""
        VISIT 拜访 visit
        CALL 电话 call
        REQ 服务请求 service request
        COMP 投诉 complaint
        SIGN 签约 contract signing
    """),
    "ContactState": _codes("""
        OPEN 处理中 open
        DONE 已完成 done
    """),
    "AssignRole": _codes("""
        A 主办 main
        B 协办 assisting
    """),
}

CODES: dict[str, tuple[Code, ...]] = CREDIT_CODES | OTHER_CODES
