"""The bank's products and campaigns."""

from __future__ import annotations

from typing import NamedTuple

from loaders.demo.sizes import day


class Product(NamedTuple):
    """One product: category, names, for whom (1 private, 2 corporate), risk level 1..5, whether it matures."""

    category: str
    name: str
    english: str
    kind: str
    risk: int
    term: str


_PRIVATE = """
DEP 活期储蓄 Savings_account 1 2
DEP 整存整取一年期 One-year_time_deposit 1 1
DEP 整存整取三年期 Three-year_time_deposit 1 1
DEP 大额存单 Certificate_of_deposit 1 1
DEP 外币储蓄 Foreign_currency_savings 1 2
DEP 薪金宝 Salary_account 1 2
DEP 少儿储蓄 Children's_savings 1 2
DEP 养老储蓄 Pension_savings 1 1
LOAN 住房按揭 Home_mortgage 1 1
LOAN 汽车分期 Car_instalments 1 1
LOAN 装修分期 Renovation_instalments 1 1
LOAN 消费信用贷 Consumer_credit 1 1
LOAN 经营快贷 Quick_business_loan 2 1
LOAN 助学贷款 Student_loan 1 1
WM 现金管理理财 Cash_management 1 2
WM 稳健固收90天 Fixed_income_90_days 2 1
WM 稳健固收一年 Fixed_income_one_year 2 1
WM 平衡混合理财 Balanced_wealth_product 3 1
WM 指数增强基金 Index_fund 4 2
WM 成长股票基金 Growth_fund 4 2
WM 债券基金 Bond_fund 2 2
WM 黄金积存 Gold_savings 3 2
WM 私募权益计划 Private_equity_plan 5 1
WM 家族信托 Family_trust 3 2
WM 全权委托 Discretionary_mandate 4 2
INS 重疾险 Critical_illness_insurance 1 1
INS 年金险 Annuity 2 1
INS 教育金保险 Education_insurance 1 1
INS 家财险 Home_insurance 1 1
INS 车险 Car_insurance 1 1
INS 旅行险 Travel_insurance 1 1
INS 终身寿险 Whole_life_insurance 2 2
CARD 标准信用卡 Classic_credit_card 1 2
CARD 金卡 Gold_card 1 2
CARD 白金卡 Platinum_card 1 2
CARD 车主卡 Driver's_card 1 2
CARD 旅行卡 Travel_card 1 2
CARD 校园卡 Campus_card 1 2
CARD 商旅钻石卡 Diamond_card 1 2
CARD 社保卡 Social_security_card 1 2
PAY 手机银行 Mobile_banking 1 2
PAY 代扣代缴 Direct_debits 1 2
PAY 收款码 Merchant_code 1 2
PAY 短信通知 Text_alerts 1 2
PAY 跨境汇款 Cross-border_remittance 1 2
PAY 保管箱 Safe_deposit_box 1 1
PAY 快捷支付 Quick_pay 1 2
WM 美元理财 US_dollar_wealth_product 3 1
WM 养老目标基金 Target_date_fund 3 2
INS 百万医疗险 Medical_insurance 1 1
"""
_CORPORATE = """
DEP 单位活期 Corporate_current_account 1 2
DEP 单位定期 Corporate_time_deposit 1 1
DEP 单位大额存单 Corporate_certificate_of_deposit 1 1
DEP 协定存款 Agreement_deposit 1 1
DEP 通知存款 Call_deposit 1 2
DEP 保证金存款 Margin_deposit 1 2
DEP 外币单位存款 Foreign_currency_deposit 1 2
LOAN 流动资金贷款 Working_capital_loan 1 1
LOAN 固定资产贷款 Fixed_asset_loan 1 1
LOAN 并购贷款 Acquisition_loan 1 1
LOAN 银团贷款 Syndicated_loan 1 1
LOAN 科创贷 Technology_loan 1 1
LOAN 税易贷 Tax-based_loan 1 1
LOAN 绿色贷款 Green_loan 1 1
LOAN 经营性物业贷 Commercial_property_loan 1 1
LOAN 法人透支 Corporate_overdraft 1 2
WM 对公现金管理理财 Corporate_cash_management 1 2
WM 对公结构性存款 Structured_deposit 2 1
WM 对公固收理财 Corporate_fixed_income 2 1
WM 资产托管 Custody 1 2
WM 债券承销 Bond_underwriting 1 2
WM 资产证券化 Securitisation 1 2
INS 企业财产险 Property_insurance 1 1
INS 团体意外险 Group_accident_insurance 1 1
INS 信用保险 Credit_insurance 1 1
INS 雇主责任险 Employer's_liability 1 1
CARD 单位结算卡 Settlement_card 1 2
CARD 公务卡 Corporate_card 1 2
PAY 企业网银 Corporate_e-banking 1 2
PAY 代发工资 Payroll 1 2
PAY 现金池 Cash_pooling 1 2
PAY 银企直联 Host-to-host 1 2
PAY 票据池 Bill_pool 1 2
PAY 商户收单 Merchant_acquiring 1 2
PAY 电子回单 Electronic_receipts 1 2
PAY 多级账簿 Multi-level_ledger 1 2
PAY 上门收款 Cash_collection 1 2
PAY 跨境资金池 Cross-border_pool 1 2
PAY 缴税通 Tax_payment 1 2
TRADE 信用证 Letter_of_credit 1 1
TRADE 保函 Letter_of_guarantee 1 1
TRADE 进口押汇 Import_financing 1 1
TRADE 出口押汇 Export_financing 1 1
TRADE 保理 Factoring 1 1
TRADE 福费廷 Forfaiting 1 1
TRADE 银行承兑汇票 Bank_acceptance 1 1
TRADE 票据贴现 Bill_discounting 1 1
TRADE 供应链融资 Supply_chain_finance 1 1
TRADE 远期结售汇 FX_forward 3 1
TRADE 跨境人民币结算 Cross-border_RMB 1 2
"""


def _products(text: str, kind: str) -> list[Product]:
    found = []
    for line in text.split("\n"):
        if line:
            category, name, english, risk, term = line.split()
            found.append(Product(category, name, english.replace("_", " "), kind, int(risk), term))
    return found


PRODUCTS: tuple[Product, ...] = (*_products(_PRIVATE, "1"), *_products(_CORPORATE, "2"))
N_PRIVATE = sum(product.kind == "1" for product in PRODUCTS)


_PRIVATE_BUNDLES = """
Salary account, Mobile banking, Quick pay, Classic credit card, Consumer credit, Travel insurance, Cash management;
Campus card, Student loan, Savings account, Quick pay, Mobile banking, Text alerts, Travel card;
Home mortgage, Renovation instalments, Home insurance, Children's savings, Education insurance, Medical insurance,
Gold card;
Car instalments, Driver's card, Car insurance, Direct debits, Fixed income 90 days, Critical illness insurance,
Savings account;
Quick business loan, Merchant code, Cross-border remittance, Platinum card, One-year time deposit, Annuity, Bond fund;
Pension savings, Three-year time deposit, Certificate of deposit, Social security card, Target date fund, Annuity,
Text alerts;
Index fund, Growth fund, Balanced wealth product, Gold savings, US dollar wealth product, Fixed income one year,
Platinum card;
Diamond card, Family trust, Discretionary mandate, Private equity plan, Whole life insurance, Safe deposit box,
Foreign currency savings
"""
_CORPORATE_BUNDLES = """
Corporate current account, Corporate e-banking, Tax payment, Tax-based loan, Settlement card, Electronic receipts,
Merchant acquiring;
Working capital loan, Bank acceptance, Bill discounting, Bill pool, Margin deposit, Corporate time deposit, Credit
insurance;
Letter of credit, Import financing, Export financing, FX forward, Cross-border RMB, Foreign currency deposit,
Forfaiting;
Cash pooling, Host-to-host, Multi-level ledger, Cross-border pool, Agreement deposit, Corporate cash management,
Payroll;
Fixed asset loan, Green loan, Property insurance, Employer's liability, Factoring, Supply chain finance, Letter of
guarantee;
Technology loan, Payroll, Group accident insurance, Corporate card, Call deposit, Structured deposit, Corporate
e-banking;
Commercial property loan, Acquisition loan, Syndicated loan, Custody, Securitisation, Property insurance, Cash
collection;
Bond underwriting, Corporate fixed income, Corporate certificate of deposit, Structured deposit, Corporate overdraft,
Custody, Acquisition loan
"""


def _bundles(text: str, kind: str) -> list[list[int]]:
    number = {product.english: n for n, product in enumerate(PRODUCTS) if product.kind == kind}
    return [[number[name] for name in bundle.strip().split(", ")] for bundle in " ".join(text.split()).split(";")]


BUNDLES = {"1": _bundles(_PRIVATE_BUNDLES, "1"), "2": _bundles(_CORPORATE_BUNDLES, "2")}
"""What customers of one way of life, or line of business, hold together: by kind, equally many and equally long."""


def product_number(ordinal: int) -> str:
    """The number of a product by its place in PRODUCTS."""
    return f"PRD{ordinal + 1:04d}"


class Campaign(NamedTuple):
    """One campaign; its product is an ordinal of PRODUCTS."""

    name: str
    english: str
    product: int
    channel: str
    starts: int
    ends: int


def campaigns(count: int) -> list[Campaign]:
    """The campaigns of a bank, one product each, spread over two years."""
    seasons = (("春季", "Spring"), ("夏季", "Summer"), ("金秋", "Autumn"), ("开门红", "New Year"))
    made = []
    for n in range(count):
        product = (n * 13 + 3) % len(PRODUCTS)
        season, english = seasons[n % len(seasons)]
        begin = day("2023-02-01") + n * 640 // max(count, 1)
        names = f"{season}{PRODUCTS[product].name}推广", f"{english} {PRODUCTS[product].english} drive"
        made.append(Campaign(*names, product, ("SMS", "CALL", "APP", "RM")[n % 4], begin, begin + 60))
    return made
