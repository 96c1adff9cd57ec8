"""What can be set: one frozen object, the same for every surface.

Order, later wins: defaults, `assistant.toml`, environment variables `ASSISTANT_*`, options of the
command line (the arguments of `load_settings`). Secrets come only from the environment or from a
file named there; they are never printed and never read from `assistant.toml`.

A relative path in `assistant.toml` is relative to that file; everywhere else to the current folder.
"""

from __future__ import annotations

import difflib
import logging
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from assistant.errors import SettingsError

__all__ = ["BUNDLED_MODEL", "ENV_PREFIX", "Settings", "config_file", "load_settings", "project_folder"]

ENV_PREFIX = "ASSISTANT_"
CONFIG_VARIABLE = "ASSISTANT_CONFIG"
CONFIG_NAME = "assistant.toml"
BUNDLED_MODEL = "all-MiniLM-L6-v2"

_SECRETS = ("llm_api_key", "operator_password")
_log = logging.getLogger(__name__)


def project_folder() -> Path:
    """The folder that holds `corpus/`: the current one if it does, else the checkout, else the current one.

    An installed copy without a corpus beside it works in the current folder, as most tools do.
    """
    here = Path.cwd()
    checkout = Path(__file__).resolve().parent.parent
    for folder in (here, checkout):
        if (folder / "corpus" / "corpus.toml").is_file():
            return folder
    return here


def config_file() -> Path | None:
    """The `assistant.toml` in force: named by `ASSISTANT_CONFIG`, or in the project folder; None if neither.

    Raises SettingsError when the named file is not there.
    """
    named = os.environ.get(CONFIG_VARIABLE)
    if named:
        path = Path(named)
        if not path.is_file():
            raise SettingsError(f"{CONFIG_VARIABLE} names {path}, which is not a file. Mend or unset it.")
        return path
    path = project_folder() / CONFIG_NAME
    return path if path.is_file() else None


class Settings(BaseSettings):
    """All settings with their defaults. `docs/SETTINGS.md` explains each; a test keeps the two together."""

    model_config = SettingsConfigDict(
        env_prefix=ENV_PREFIX, env_ignore_empty=True, extra="forbid", frozen=True, validate_default=False
    )

    corpus: Path = Field(default_factory=lambda: project_folder() / "corpus")
    index: Path = Field(default_factory=lambda: project_folder() / "index")
    max_file_mb: float = Field(default=20.0, gt=0, le=10_000)

    model: str = Field(default=BUNDLED_MODEL, min_length=1)
    build_threads: int = Field(default=0, ge=0, le=256)
    reranker: str = ""

    composer: Literal["extractive", "llm"] = "extractive"
    k: int = Field(default=10, ge=1, le=100)
    citation_style: Literal["apa", "chicago", "bibtex", "plain"] = "apa"
    max_question_chars: int = Field(default=2000, ge=20, le=100_000)

    llm_base_url: str = ""
    llm_model: str = ""
    llm_api_key: SecretStr | None = None
    llm_api_key_file: Path | None = None
    llm_timeout: float = Field(default=60.0, gt=0, le=3600)

    host: str = Field(default="127.0.0.1", min_length=1)
    port: int = Field(default=8501, ge=1, le=65535)
    feedback: Path | None = None
    exit_url: str = Field(default="https://www.wikipedia.org/", pattern=r"^(https?://\S+)?$")
    operator_password: SecretStr | None = None
    operator_password_file: Path | None = None

    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "WARNING"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Options, then the environment, then `assistant.toml`; nothing else is looked at."""
        return (init_settings, env_settings, InitSettingsSource(settings_cls, _from_file(config_file())))

    def secret(self, name: Literal["llm_api_key", "operator_password"]) -> str | None:
        """The secret's value: given directly, else the first line of the file that the settings name.

        Returns None where neither is set. Raises SettingsError when the file cannot be read.
        """
        direct: SecretStr | None = getattr(self, name)
        if direct is not None:
            return direct.get_secret_value()
        path: Path | None = getattr(self, f"{name}_file")
        if path is None:
            return None
        try:
            return path.read_text(encoding="utf-8").strip() or None
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(
                f"The file of the setting {name}_file, {path}, cannot be read ({error}). Mend or unset it."
            ) from error


def load_settings(**overrides: Any) -> Settings:
    """The settings in force, with `overrides` (None counts as not given) on top.

    Raises SettingsError naming the setting, what is wrong with it and where the list of settings is.
    """
    _warn_of_unknown(os.environ)
    try:
        return Settings(**{name: value for name, value in overrides.items() if value is not None})
    except ValidationError as error:
        raise SettingsError(_explain(error)) from None


def _from_file(path: Path | None) -> dict[str, Any]:
    """The content of `assistant.toml` with its relative paths made absolute."""
    if path is None:
        return {}
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path}: not valid TOML: {error}. Mend that line.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} cannot be read: {error}. Save it as UTF-8 text.") from None
    for name in _SECRETS:
        if name in values:
            raise SettingsError(
                f"{path}: the secret {name} does not belong in this file. "
                f"Put it into {ENV_PREFIX}{name.upper()}, or into a file named by {name}_file."
            )
    for name in ("corpus", "index", "feedback", "llm_api_key_file", "operator_password_file"):
        if isinstance(values.get(name), str):
            values[name] = path.resolve().parent / values[name]
    return values


def _explain(error: ValidationError) -> str:
    """One line for the first problem of a validation."""
    first = error.errors(include_url=False, include_input=False)[0]
    name = ".".join(str(part) for part in first["loc"]) or "settings"
    if first["type"] == "extra_forbidden":
        near = difflib.get_close_matches(name, Settings.model_fields, n=1)
        hint = f" Did you mean {near[0]}?" if near else ""
        return f"There is no setting {name}.{hint} docs/SETTINGS.md lists them all."
    problem = first["msg"][:1].lower() + first["msg"][1:]
    return f"The setting {name} is wrong: {problem}. docs/SETTINGS.md says what it may be."


def _warn_of_unknown(environment: Mapping[str, str]) -> None:
    """A misspelt variable would otherwise be ignored in silence."""
    known = {ENV_PREFIX + name.upper() for name in Settings.model_fields} | {CONFIG_VARIABLE}
    for variable in environment:
        if variable.upper().startswith(ENV_PREFIX) and variable.upper() not in known:
            _log.warning("%s is set but is no setting; docs/SETTINGS.md lists them.", variable)
