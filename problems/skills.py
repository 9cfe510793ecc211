"""Skills that a problem asks for, by their English name in systems.yaml; and in Chinese."""

IN_CHINESE = {
    "AI systems": "人工智能系统",
    "algorithms": "算法",
    "arithmetic": "算术",
    "concurrency": "并发",
    "crash consistency": "崩溃一致性",
    "data structures": "数据结构",
    "databases": "数据库",
    "distributed systems": "分布式系统",
    "hardware": "硬件",
    "networks": "网络",
    "operating systems": "操作系统",
    "parallel programming": "并行编程",
    "performance": "性能",
    "programming languages": "编程语言",
    "security": "安全",
    "storage": "存储",
    "verifiable computing": "可验证计算",
}


def skill_name(skill: str, language: str) -> str:
    """The skill in the reader's language; as the package says it where we know no other word."""
    return IN_CHINESE.get(skill, skill) if language.startswith("zh") else skill
