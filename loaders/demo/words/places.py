"""Places: districts with their code in resident identity numbers (GB/T 2260), streets and estates."""

from __future__ import annotations

from typing import NamedTuple


def _words(text: str, separator: str | None = None) -> list[str]:
    return text.split(separator)


class District(NamedTuple):
    """A district of a city: its six-digit code, city in Chinese and pinyin, name, postcode."""

    code: str
    city: str
    city_en: str
    name: str
    postcode: str
    area_code: str


def _districts(text: str) -> tuple[District, ...]:
    return tuple(District(*line.split()) for line in filter(str.strip, text.splitlines()))


DISTRICTS = _districts("""
    110101 北京 Beijing 东城区 100010 010
    110105 北京 Beijing 朝阳区 100020 010
    110108 北京 Beijing 海淀区 100080 010
    310101 上海 Shanghai 黄浦区 200001 021
    310104 上海 Shanghai 徐汇区 200030 021
    310115 上海 Shanghai 浦东新区 200120 021
    440104 广州 Guangzhou 越秀区 510030 020
    440106 广州 Guangzhou 天河区 510620 020
    440304 深圳 Shenzhen 福田区 518033 0755
    440305 深圳 Shenzhen 南山区 518052 0755
    330102 杭州 Hangzhou 上城区 310002 0571
    330106 杭州 Hangzhou 西湖区 310012 0571
    330203 宁波 Ningbo 海曙区 315010 0574
    330302 温州 Wenzhou 鹿城区 325000 0577
    320102 南京 Nanjing 玄武区 210018 025
    320106 南京 Nanjing 鼓楼区 210009 025
    320205 无锡 Wuxi 锡山区 214101 0510
    320505 苏州 Suzhou 虎丘区 215011 0512
    510104 成都 Chengdu 锦江区 610021 028
    510107 成都 Chengdu 武侯区 610041 028
    420102 武汉 Wuhan 江岸区 430014 027
    420106 武汉 Wuhan 武昌区 430061 027
    610102 西安 Xian 新城区 710004 029
    610113 西安 Xian 雁塔区 710061 029
    370102 济南 Jinan 历下区 250014 0531
    370202 青岛 Qingdao 市南区 266001 0532
    210102 沈阳 Shenyang 和平区 110001 024
    210202 大连 Dalian 中山区 116001 0411
    410102 郑州 Zhengzhou 中原区 450007 0371
    430102 长沙 Changsha 芙蓉区 410011 0731
    340102 合肥 Hefei 瑶海区 230011 0551
    350102 福州 Fuzhou 鼓楼区 350001 0591
    350203 厦门 Xiamen 思明区 361001 0592
    360102 南昌 Nanchang 东湖区 330006 0791
    450103 南宁 Nanning 青秀区 530022 0771
    500103 重庆 Chongqing 渝中区 400010 023
    530102 昆明 Kunming 五华区 650032 0871
    120101 天津 Tianjin 和平区 300041 022
    230102 哈尔滨 Harbin 道里区 150010 0451
    130102 石家庄 Shijiazhuang 长安区 050011 0311
""")

STREETS = _words(
    "人民路 中山路 解放路 建设路 和平路 文化路 长江路 黄河路 新华路 胜利路 光明路 青年路 东风路 北京路 南京路 "
    "上海路 延安路 滨江路 科技路 学府路 迎宾大道 世纪大道 振兴路 友谊路 花园路 工业路 凤凰路 朝阳路 幸福路 湖滨路"
)

ESTATES = _words(
    "锦绣花园 阳光水岸 翠湖天地 金色家园 碧桂园 万科城 御景湾 书香门第 幸福里 绿地新都 滨江一号 东方名都 盛世华庭 "
    "紫荆苑 望江府 春晓苑 和谐家园 星河湾 玉兰苑 枫林雅苑 学府壹号 天鹅湖畔 桃花源 明月山庄 云栖里 保利香槟 龙湖原著 "
    "中海国际 银杏苑 梧桐公馆"
)

TOWERS = _words(
    "国际金融中心 环球广场 财富大厦 创业园 科技大厦 商务中心 银泰中心 时代广场 工业园 软件园 世贸大厦 华润大厦 "
    "保利中心 信息港 物流园 总部基地 文创园 中心广场 新天地 产业园"
)

# Districts whose codes have been the same since numbers were given out, so that every year of birth fits.
BIRTH_PLACES = _words(
    "110101 110102 110105 110106 120101 120102 120103 120104 140121 140122 140123 210224 210421 210727 210922 222401 "
    "222402 222424 222426 230722 232721 310101 310104 310105 310106 330122 330127 340121 340421 340621 350121 360121 "
    "422822 422823 422825 422826 430121 433122 433124 433126 510121 513227 513326 513423 520203 522624 522629 522723 "
    "530124 532523 532625 532927 610323 610326 610328 610330 620121 622922 622926 623023"
)
