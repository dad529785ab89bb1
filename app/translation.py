"""The language that the window speaks: its texts, its counts and its numbers."""

from __future__ import annotations

import logging

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from app.settings import Language
from vrn_core.resources import resource

log = logging.getLogger(__name__)

SPOKEN = (Language.ENGLISH, Language.SPANISH)


def translate(context: str, text: str) -> str:
    """Return a text in the language of the window; lupdate finds it by this function's name."""
    return QCoreApplication.translate(context, text)


class Counts:
    """Texts that depend on a number, written as ``Counts.tr("%n face(s)", "", count)``.

    lupdate takes the name of the class for the context, and finds the number in calls of this
    form only.
    """

    @staticmethod
    def tr(text: str, comment: str, count: int) -> str:
        """Return a text for a number, which stands for its ``%n``."""
        return QCoreApplication.translate("Counts", text, comment, count)


def number(value: float, decimals: int = 0) -> str:
    """Return a number as the language of the window writes it."""
    return QLocale().toString(float(value), "f", decimals)


def percent(fraction: float, decimals: int = 0) -> str:
    """Return a fraction in percent."""
    return translate("Numbers", "{number}%").format(number=number(100 * fraction, decimals))


def system_locale() -> QLocale:
    """Return the language and the customs of the system."""
    return QLocale.system()


def resolve(language: Language) -> Language:
    """Return the language that is meant: that of the system where it is spoken here."""
    if language is not Language.SYSTEM:
        return language
    wanted = (name.partition("-")[0] for name in system_locale().uiLanguages())
    known = {one.value: one for one in SPOKEN}
    return next((known[name] for name in wanted if name in known), Language.ENGLISH)


def speak(application: QCoreApplication, language: Language) -> None:
    """Speak a language from now on; what is shown already stays as it is."""
    code = resolve(language).value
    system, usual = system_locale(), QLocale(code)
    # Of the countries of a language the system's own is taken: they write numbers differently.
    QLocale.setDefault(system if system.language() == usual.language() else usual)
    for before in application.findChildren(QTranslator):
        application.removeTranslator(before)
        before.deleteLater()
    qt = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    # English has a file too: for its plurals.
    for name, folder in ((f"qtbase_{code}", qt), (f"vrn_{code}", str(resource("translations")))):
        translator = QTranslator(application)
        if translator.load(name, folder):
            application.installTranslator(translator)
        else:
            translator.deleteLater()
            log.warning("there is no translation %s in %s", name, folder)
