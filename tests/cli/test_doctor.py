"""The doctor names what is wrong."""

from sqlalchemy import create_engine, text

from sigmasight_ui.cli.doctor import Finding, examine_audit, version_advice
from sigmasight_ui.core.actor import job_actor


def seal(services):
    with services.db.transaction(job_actor("seal"), role="app_worker") as session:
        return services.audit.seal(session)


def test_what_is_well_with_a_word_to_it_is_marked_as_such():
    found = [Finding("a", True), Finding("b", True, "update it"), Finding("c", False, "mend it")]
    assert [finding.mark for finding in found] == ["ok", "note", "FAIL"]


def test_who_uses_the_embedded_server_is_not_asked_to_update_it():
    assert version_advice("Update to 18.7.", is_embedded=False) == "Update to 18.7."
    assert version_advice("Update to 18.7.", is_embedded=True).endswith("is updated with SigmaSight.")
    assert version_advice(None, is_embedded=True) == ""


def test_a_whole_audit_record_is_well(services, new_user):
    new_user()
    assert seal(services) == 1
    assert examine_audit(services).ok


def test_a_rewritten_event_is_named_although_the_seal_was_recomputed_without_the_key(services, new_user, database):
    new_user()
    seal(services)
    engine = create_engine(database.url("postgres"))
    with engine.begin() as connection:
        connection.execute(text("alter table audit_log disable trigger user"))
        connection.execute(text("update audit_log set outcome = 'forged'"))
        connection.execute(text("update audit_seals set hash = encode(sha256('forged'), 'hex')"))
    engine.dispose()
    finding = examine_audit(services)
    assert not finding.ok
    assert "seal 1" in finding.advice
