"""Characters of Chinese names with their pinyin; surnames with their share of the population in percent."""

from __future__ import annotations


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    """(character, pinyin) from `character:pinyin` parted by blanks."""
    return tuple((item.split(":")[0], item.split(":")[1]) for item in text.split())


def _weighted(text: str) -> tuple[tuple[str, str, float], ...]:
    """(character, pinyin, weight) from `character:pinyin:weight` parted by blanks."""
    return tuple((c, p, float(w)) for c, p, w in (item.split(":") for item in text.split()))


SURNAMES = _weighted("""
    王:wang:7.1 李:li:7.0 张:zhang:6.7 刘:liu:5.1 陈:chen:4.6 杨:yang:3.0 黄:huang:2.4 赵:zhao:2.3
    吴:wu:2.1 周:zhou:2.0 徐:xu:1.7 孙:sun:1.6 马:ma:1.4 朱:zhu:1.3 胡:hu:1.3 郭:guo:1.2 何:he:1.2
    林:lin:1.2 高:gao:1.1 罗:luo:1.1 郑:zheng:1.0 梁:liang:1.0 谢:xie:0.8 宋:song:0.8 唐:tang:0.75
    许:xu:0.7 韩:han:0.7 邓:deng:0.65 冯:feng:0.65 曹:cao:0.6 彭:peng:0.58 曾:zeng:0.57 肖:xiao:0.56
    田:tian:0.5 董:dong:0.5 潘:pan:0.48 袁:yuan:0.48 蔡:cai:0.47 蒋:jiang:0.46 余:yu:0.46 于:yu:0.45
    杜:du:0.43 叶:ye:0.43 程:cheng:0.42 魏:wei:0.42 苏:su:0.42 吕:lyu:0.41 丁:ding:0.39 任:ren:0.38
    卢:lu:0.37 姚:yao:0.36 沈:shen:0.36 钟:zhong:0.35 姜:jiang:0.35 崔:cui:0.35 谭:tan:0.34 陆:lu:0.33
    范:fan:0.32 汪:wang:0.32 廖:liao:0.31 石:shi:0.31 金:jin:0.31 韦:wei:0.3 贾:jia:0.3 夏:xia:0.29
    付:fu:0.28 方:fang:0.28 邹:zou:0.27 熊:xiong:0.27 白:bai:0.26 孟:meng:0.26 秦:qin:0.26 邱:qiu:0.25
    侯:hou:0.24 江:jiang:0.24 尹:yin:0.23 薛:xue:0.23 闫:yan:0.23 段:duan:0.22 雷:lei:0.22 龙:long:0.22
    黎:li:0.21 史:shi:0.2 陶:tao:0.2 贺:he:0.2 毛:mao:0.19 郝:hao:0.19 顾:gu:0.19 龚:gong:0.18
    邵:shao:0.18 万:wan:0.18 覃:qin:0.17 武:wu:0.17 钱:qian:0.17 戴:dai:0.16 严:yan:0.16 莫:mo:0.16
    孔:kong:0.16 向:xiang:0.15 常:chang:0.15
""")
GIVEN_MALE = _pairs("""
    伟:wei 强:qiang 磊:lei 军:jun 勇:yong 杰:jie 涛:tao 超:chao 明:ming 刚:gang 平:ping 辉:hui 鹏:peng 华:hua
    飞:fei 斌:bin 波:bo 宇:yu 浩:hao 凯:kai 健:jian 俊:jun 帆:fan 毅:yi 林:lin 峰:feng 亮:liang 博:bo 志:zhi
    文:wen 海:hai 建:jian 国:guo 庆:qing 东:dong 春:chun 生:sheng 学:xue 德:de 永:yong 子:zi 家:jia 嘉:jia
    宏:hong 洪:hong 天:tian 振:zhen 立:li 新:xin 成:cheng 兴:xing 金:jin 玉:yu 世:shi 晓:xiao 小:xiao 少:shao
    景:jing 正:zheng 泽:ze 瑞:rui 晨:chen 轩:xuan 睿:rui 一:yi 皓:hao 铭:ming 旭:xu 阳:yang 翔:xiang 龙:long
    松:song 柏:bai 川:chuan 江:jiang 山:shan 岩:yan 坤:kun 乾:qian 元:yuan 启:qi 承:cheng 继:ji 思:si 远:yuan
    哲:zhe 谦:qian 信:xin 义:yi 礼:li 智:zhi 仁:ren 荣:rong 昌:chang 福:fu 贵:gui 安:an 康:kang 宁:ning 乐:le
    诚:cheng 达:da 通:tong 清:qing 源:yuan 洋:yang 霖:lin 昊:hao 瀚:han 鸿:hong 骏:jun 驰:chi 航:hang 程:cheng
    帅:shuai 威:wei 武:wu 雄:xiong 彪:biao 锋:feng 钢:gang 铁:tie 钧:jun 利:li 民:min 政:zheng 治:zhi 邦:bang
    卫:wei 忠:zhong 孝:xiao 良:liang 善:shan 佳:jia 楠:nan 然:ran 诺:nuo 逸:yi 煜:yu 炜:wei 烨:ye 焕:huan
    耀:yao 光:guang 彬:bin 彦:yan 奇:qi 祥:xiang 树:shu 森:sen 根:gen 培:pei 育:yu 才:cai 全:quan 胜:sheng
    富:fu
""")
GIVEN_FEMALE = _pairs("""
    芳:fang 娜:na 敏:min 静:jing 丽:li 艳:yan 娟:juan 霞:xia 秀:xiu 英:ying 玲:ling 桂:gui 燕:yan 红:hong
    梅:mei 兰:lan 凤:feng 洁:jie 云:yun 莲:lian 雪:xue 琳:lin 倩:qian 颖:ying 婷:ting 雅:ya 慧:hui 莹:ying
    萍:ping 丹:dan 蓉:rong 君:jun 琴:qin 萱:xuan 欣:xin 怡:yi 佳:jia 悦:yue 涵:han 梦:meng 瑶:yao 琪:qi 思:si
    雨:yu 晓:xiao 小:xiao 文:wen 子:zi 若:ruo 诗:shi 语:yu 嘉:jia 美:mei 淑:shu 惠:hui 珍:zhen 珠:zhu 玉:yu
    翠:cui 香:xiang 春:chun 秋:qiu 月:yue 婉:wan 柔:rou 宁:ning 安:an 然:ran 可:ke 心:xin 依:yi 彤:tong 晨:chen
    曦:xi 妍:yan 妮:ni 媛:yuan 姗:shan 娴:xian 婧:jing 璐:lu 瑾:jin 瑜:yu 珊:shan 琼:qiong 蕾:lei 薇:wei 菲:fei
    芸:yun 茜:qian 荷:he 菊:ju 黛:dai 青:qing 蓝:lan 素:su 爱:ai 巧:qiao 冬:dong 夏:xia 韵:yun 笑:xiao 凡:fan
    乐:le 清:qing 凌:ling 岚:lan 波:bo 华:hua 荣:rong 平:ping 金:jin 银:yin 宝:bao 贞:zhen 卉:hui 芝:zhi
    苗:miao 莎:sha 蓓:bei 馨:xin 盈:ying 钰:yu 铃:ling 锦:jin 霏:fei 露:lu 飞:fei 羽:yu 舒:shu 歆:xin 冰:bing
    洋:yang 淼:miao 溪:xi 沁:qin 汐:xi
""")
TRADE = _pairs("""
    华:hua 盛:sheng 鑫:xin 恒:heng 瑞:rui 泰:tai 宏:hong 达:da 兴:xing 隆:long 嘉:jia 诚:cheng 德:de 信:xin
    和:he 丰:feng 源:yuan 天:tian 润:run 安:an 康:kang 顺:shun 昌:chang 荣:rong 金:jin 利:li 中:zhong 远:yuan
    东:dong 方:fang 海:hai 联:lian 创:chuang 科:ke 博:bo 维:wei 智:zhi 凯:kai 腾:teng 飞:fei 龙:long 祥:xiang
    百:bai 川:chuan 万:wan 通:tong 正:zheng 大:da 立:li 永:yong 新:xin 明:ming 光:guang 辉:hui 旭:xu 阳:yang
    长:chang 江:jiang 北:bei 南:nan 西:xi 振:zhen 邦:bang 国:guo 富:fu 民:min 益:yi 美:mei 佳:jia 优:you
    元:yuan 启:qi 承:cheng 合:he 众:zhong 同:tong 庆:qing 福:fu 禄:lu 亿:yi 珠:zhu 玉:yu 银:yin 铭:ming 锦:jin
    卓:zhuo 越:yue 超:chao 群:qun 星:xing 辰:chen 宇:yu 航:hang 晟:sheng 骏:jun 驰:chi 鸿:hong 翔:xiang 云:yun
    霖:lin 森:sen 茂:mao 坤:kun 鼎:ding 峰:feng 岳:yue 磊:lei
""")
