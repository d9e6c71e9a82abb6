"""The alert rules that the settings ask for."""

from datetime import UTC, datetime

from pmtatop.alerts.machine import AlertRules
from pmtatop.alerts.quiet import MaintenanceRule, Match, QuietRules, SilenceRule, SuppressWindow
from pmtatop.model.instant import Instant
from pmtatop.settings.schema import MaintenanceTable, Matcher, Settings, SilenceTable, WindowTable


def rules_from(settings: Settings) -> AlertRules:
    """The rules with the settings' windows, silences and maintenance."""
    quiet = QuietRules(
        tuple(_window(table) for table in settings.window),
        tuple(_silence(table) for table in settings.silence),
        tuple(_maintenance(table) for table in settings.maintenance),
    )
    return AlertRules(quiet=quiet)


def _match(table: Matcher) -> Match:
    return Match(table.isp, table.domain, table.class_, table.enhanced)


def _window(table: WindowTable) -> SuppressWindow:
    return SuppressWindow(
        table.name, table.minutes, table.hours, _match(table), table.override_backlog
    )


def _silence(table: SilenceTable) -> SilenceRule:
    until = _instant(table.until)
    return SilenceRule(table.name, table.author, table.reason, until, _match(table))


def _maintenance(table: MaintenanceTable) -> MaintenanceRule:
    return MaintenanceRule(table.name, _instant(table.begin), _instant(table.end), table.node)


def _instant(moment: datetime) -> Instant:
    """A TOML time without an offset is UTC, as all times here."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return Instant(aware.timestamp())
