"""Words of company names: industries with their code and translation, legal forms, English words for foreign names."""

from __future__ import annotations

from typing import NamedTuple


def _words(text: str, separator: str | None = None) -> list[str]:
    return text.split(separator)


class Industry(NamedTuple):
    """A word for what a company does, its translation, and its code in `IndustryType`."""

    word: str
    english: str
    code: str
    weight: float


class Form(NamedTuple):
    """A legal form: its Chinese and English wording, its code in `OrgNature`, its frequency."""

    word: str
    english: str
    code: str
    weight: float


_INDUSTRIES = """
    农业发展:Agricultural_Development:A01:3 种业:Seeds:A01:1 煤业:Coal:B06:1 食品:Foods:C14:5 乳业:Dairy:C14:1
    纺织:Textile:C17:3 服饰:Apparel:C17:3 化工:Chemical:C26:4 新材料:New_Materials:C26:4 药业:Pharmaceutical:C27:2
    生物科技:Biotechnology:C27:2 钢铁:Steel:C31:1 金属制品:Metal_Products:C31:3 机械:Machinery:C34:5
    精密机械:Precision_Machinery:C34:3 装备制造:Equipment_Manufacturing:C34:2 汽车零部件:Auto_Parts:C36:3
    电气:Electric:C38:4 电缆:Cable:C38:2 电子:Electronics:C39:5 半导体:Semiconductor:C39:1 光电:Optoelectronics:C39:2
    能源:Energy:D44:2 新能源:New_Energy:D44:3 电力:Power:D44:1 建筑工程:Construction_Engineering:E47:6
    装饰工程:Decoration_Engineering:E47:4 市政工程:Municipal_Engineering:E47:2 贸易:Trading:F51:9
    进出口:Import_and_Export:F51:4 商贸:Commerce:F51:9 建材:Building_Materials:F51:4 百货:Department_Store:F52:2
    电子商务:E-Commerce:F52:4 物流:Logistics:G54:4 供应链管理:Supply_Chain_Management:G54:3 运输:Transport:G54:3
    餐饮管理:Catering_Management:H62:3 酒店管理:Hotel_Management:H62:2 软件:Software:I65:4
    信息技术:Information_Technology:I65:6 网络科技:Network_Technology:I65:6 融资租赁:Financial_Leasing:J66:1
    房地产开发:Real_Estate_Development:K70:3 物业管理:Property_Management:K70:3 投资:Investment:L72:5
    企业管理:Enterprise_Management:L72:5 企业管理咨询:Management_Consulting:L72:4 控股:Holding:L72:1
    科技:Technology:M75:9 检测技术:Testing_Technology:M75:1 环保科技:Environmental_Technology:N77:3
    环境工程:Environmental_Engineering:N77:2 医疗器械:Medical_Devices:Q83:3 健康管理:Health_Management:Q83:2
    文化传媒:Culture_and_Media:R88:4 教育科技:Education_Technology:R88:2
    """
INDUSTRIES = tuple(
    Industry(word, english.replace("_", " "), code, float(weight))
    for word, english, code, weight in (item.split(":") for item in _words(_INDUSTRIES))
)

FORMS = (
    Form("有限公司", "Co., Ltd.", "1590", 74.0),
    Form("有限责任公司", "Limited Liability Company", "1590", 12.0),
    Form("股份有限公司", "Joint Stock Co., Ltd.", "1600", 6.0),
    Form("集团有限公司", "Group Co., Ltd.", "1590", 4.0),
    Form("合伙企业（有限合伙）", "LLP", "1700", 4.0),
)

FOREIGN_FIRST = _words(
    "Northgate Silverlake Harbour Evergreen Pacific Summit Blackwood Crestview Meridian Kestrel Oakfield Redwood "
    "Sterling Granite Falcon Beacon Horizon Lexington Ashford Whitmore Pinnacle Sapphire Orchid Victoria Lantau "
    "Temasek Marina Raffles Eastbourne Kingsway Brightwater Stonebridge Wellesley Cambria Halcyon Aurora Zenith"
)
FOREIGN_SECOND = _words(
    "Capital;Holdings;Partners;Investments;Trading;Ventures;Asset Management;Resources;Logistics;Technologies;"
    "International;Enterprises;Shipping;Industries;Energy",
    ";",
)
FOREIGN_HOMES = (
    ("HK", "Limited", 45.0),
    ("SG", "Pte. Ltd.", 15.0),
    ("VG", "Ltd.", 15.0),
    ("KY", "Ltd.", 8.0),
    ("US", "Inc.", 7.0),
    ("GB", "Ltd", 5.0),
    ("DE", "GmbH", 3.0),
    ("JP", "K.K.", 2.0),
)
FOREIGN_GIVEN = _words(
    "James Mary Robert Linda Michael Susan David Karen William Sarah Richard Emma Thomas Olivia Daniel Sophie "
    "Andrew Hannah Peter Julia Simon Clara Martin Alice Victor Elena Marcus Nina Hiroshi Yuki Kenji Mei"
)
FOREIGN_FAMILY = _words(
    "Smith Johnson Brown Taylor Wilson Clark Walker Wright Green Baker Adams Carter Mitchell Turner Parker "
    "Collins Schmidt Weber Fischer Tanaka Suzuki Kim Tan Lim Goh Fernandez Rossi Dubois Novak Petrov"
)
FOREIGN_NATIONS = ("US", "GB", "SG", "DE", "JP", "AU", "CA", "FR")

OCCUPATIONS = _words(
    "企业主 公司职员 教师 医生 工程师 公务员 个体工商户 销售 会计 律师 退休 学生 自由职业 技术人员 管理人员"
)
