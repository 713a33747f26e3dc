"""What is said of what the sources cover: English and Chinese, topic by topic."""

from __future__ import annotations

from api.services.why_phrases import Phrase

PHRASES: dict[str, Phrase] = {
    "kinds": (
        "not known whether person or company: {share} of parties ({missing} of {total})",
        "{share}的当事方（{total}个中的{missing}个）不知是个人还是企业",
    ),
    "owners": (
        "no owner known for {share} of companies ({missing} of {total}): who controls them is not found",
        "{share}的企业（{total}家中的{missing}家）未知任何股东：无法认定其控制人",
    ),
    "shares": (
        "neither share nor votes known for {share} of holdings ({missing} of {total}): nothing is counted for them",
        "{share}的持股（{total}条中的{missing}条）未披露持股比例与表决权：未计入",
    ),
    "receipts": (
        "neither yearly receipts nor payments received known for {share} of companies ({missing} of {total}): "
        "dependence by receipts not assessed",
        "{share}的企业（{total}家中的{missing}家）既无年度收入亦无收款数据：未按收入评估经济依存",
    ),
    "expenditure": (
        "neither yearly expenditure nor payments made known for {share} of companies ({missing} of {total}): "
        "dependence by expenditure not assessed",
        "{share}的企业（{total}家中的{missing}家）既无年度支出亦无付款数据：未按支出评估经济依存",
    ),
    "equity": (
        "no equity known for {share} of companies ({missing} of {total}): dependence by guarantees not assessed",
        "{share}的企业（{total}家中的{missing}家）未知净资产：未按担保评估经济依存",
    ),
    "payments": (
        "payments known from {first} to {last}, in {total} months",
        "付款数据自{first}至{last}，共{total}个月",
    ),
    "no_payments": (
        "no payments known: dependence is found from statements alone",
        "无付款数据：仅能依据报表评估经济依存",
    ),
    "payment_amounts": (
        "no amount known for {share} of payments ({missing} of {total}): nothing is counted for them",
        "{share}的付款（{total}条中的{missing}条）金额未知：未计入",
    ),
    "contracts": (
        "neither limit nor drawn amount known for {share} of contracts ({missing} of {total}): their exposure is "
        "unknown unless drawdowns tell it",
        "{share}的合同（{total}份中的{missing}份）额度与已用金额均未知：除非借据载明，其敞口未知",
    ),
    "unowed": (
        "no borrower known for {share} of contracts ({missing} of {total}; {names} by their limits, or what is drawn "
        "where that is more): they are in no exposure",
        "{share}的合同（{total}份中的{missing}份，按额度或较高的已用金额计{names}）未知借款人：未计入任何敞口",
    ),
    "no_currency": (
        "no currency stated in {missing} rows with amounts: they are taken as {names}",
        "{missing}条记录的金额未注明币种：按{names}计",
    ),
    "guarantees": (
        "{share} of guarantees ({missing} of {total}) name no contract: they protect no exposure",
        "{share}的担保（{total}笔中的{missing}笔）未关联合同：不缓释任何敞口",
    ),
    "guarantee_amounts": (
        "no amount known for {share} of guarantees ({missing} of {total})",
        "{share}的担保（{total}笔中的{missing}笔）金额未知",
    ),
    "rates": (
        "no rate known for {names}: amounts in these are unknown",
        "未知{names}的汇率：相应金额未知",
    ),
    "capital": (
        "capital figures of {last}, {total} days old",
        "资本数据截至{last}，距今{total}天",
    ),
    "no_capital": (
        "no capital figures known: no limit can be tested, and nobody is assessed for dependence",
        "未知资本数据：无法测试任何限额，亦不评估经济依存",
    ),
    "capital_figures": (
        "{names} not known for {last}: limits against it are undecided",
        "{last}的{names}未知：以其为基数的限额无法判定",
    ),
}
