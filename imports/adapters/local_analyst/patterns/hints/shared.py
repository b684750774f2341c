"""What the hints have in common: a capital alone makes no name."""

from __future__ import annotations

NOT_A_NAME = (
    r"(?!(?:I|The|A|An|It|This|That|My|Our|We|You|He|She|They|There|Here|What|How|When|Where|Why|Who|If|So|But"
    r"|And|Or|No|Yes|Please|Thanks|Thank|Hi|Hello|Hey|Can|Could|Do|Does|Is|Are|Was|Chat ?GPT|GPT|Everyone|All"
    r"|Team|Sir|Just|Some|Every|Any|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|January|February"
    r"|March|April|May|June|July|August|September|October|November|December|Today|Tomorrow|Yesterday|After"
    r"|Before|Since|Because|Now|Then|Still|Never|Always|Again|God|Lol)\b)"
)
