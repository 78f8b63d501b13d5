-- Functions of the application schema. Applied after every upgrade, in the same transaction; each statement can be
-- run again. The SECURITY DEFINER functions belong to app_definer, whom no one can log in as and from whom app_owner
-- inherits nothing.

create schema if not exists app;
grant usage on schema app to app_user, app_worker, app_admin, app_definer;
grant create on schema app to app_definer;

-- Which key file belongs to this database: one row, read and written by whoever prepares an installation.
create table if not exists app.key_mark (is_only boolean primary key default true check (is_only), mark text not null);

-- The person the present transaction works for; null when nobody is signed in.
create or replace function app.uid() returns uuid
language sql stable parallel safe as
$$ select nullif(current_setting('app.user_id', true), '')::uuid $$;

create or replace function app.refuse_rewrite() returns trigger language plpgsql as
$$ begin raise exception 'the audit log can only be added to' using errcode = 'insufficient_privilege'; end $$;

-- Hand a run to the queue in the caller's own transaction: no run without its job, no job without its run.
-- Owned by app_owner, who owns the queue; callers have no rights on the queue's tables.
create or replace function app.defer_run(p_run uuid, p_owner uuid, p_priority int) returns void
language plpgsql security definer set search_path = jobs, pg_catalog, pg_temp as
$$ begin
  perform procrastinate_defer_jobs_v1(array[row('batch', 'run_portfolio', p_priority, 'run:' || p_run, 'run:' || p_run,
    jsonb_build_object('run_id', p_run, 'owner_id', p_owner), null)::procrastinate_job_to_defer_v1]);
end $$;

-- A run whose worker died gets a new job; the old one, should it still count as running, goes.
create or replace function app.requeue_run(p_run uuid, p_owner uuid, p_priority int) returns void
language plpgsql security definer set search_path = jobs, pg_catalog, pg_temp as
$$ begin
  delete from procrastinate_jobs where lock = 'run:' || p_run and status in ('todo', 'doing');
  perform app.defer_run(p_run, p_owner, p_priority);
end $$;

-- Whether any jobs process gave a sign of life lately.
create or replace function app.jobs_alive() returns boolean
language sql stable security definer set search_path = jobs, pg_catalog, pg_temp as
$$ select exists (select from procrastinate_workers where last_heartbeat > now() - interval '15 seconds') $$;

revoke all on function app.defer_run(uuid, uuid, int), app.requeue_run(uuid, uuid, int), app.jobs_alive() from public;
grant execute on function app.defer_run(uuid, uuid, int), app.jobs_alive() to app_user, app_worker;
grant execute on function app.requeue_run(uuid, uuid, int) to app_worker;

create or replace function app.refuse_ended_run() returns trigger language plpgsql as
$$ begin raise exception 'an ended run does not change' using errcode = 'object_not_in_prerequisite_state'; end $$;

set local role app_definer;

-- The portfolios that person may use at `minimum` level or above.
create or replace function app.pids(minimum int) returns uuid[]
language sql stable security definer parallel safe set search_path = pg_catalog, pg_temp as
$$ select coalesce(array_agg(portfolio_id), '{}') from public.portfolio_access
   where user_id = nullif(current_setting('app.user_id', true), '')::uuid and level >= minimum $$;

-- Every portfolio has its owner at level 4 from the moment it exists.
create or replace function app.grant_owner() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as
$$ begin
  insert into public.portfolio_access (user_id, portfolio_id, level) values (new.owner_id, new.id, 4);
  return new;
end $$;

-- Sign-in: what is needed to check a password, for one address.
create or replace function app.find_login(p_email text)
returns table (id uuid, password_hash text, is_active boolean)
language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select u.id, u.password_hash, u.is_active from public.users u where u.email = lower(btrim(p_email)) $$;

-- Registration: null when the address is taken.
create or replace function app.register_user(p_id uuid, p_email text, p_full_name text, p_hash text, p_now timestamptz)
returns uuid language plpgsql security definer set search_path = pg_catalog, pg_temp as
$$ declare created uuid; begin
  insert into public.users (id, email, full_name, password_hash, is_superuser, is_active, privacy_mode, created_at,
                            password_changed_at)
  values (p_id, lower(btrim(p_email)), p_full_name, p_hash, false, true, false, p_now, p_now)
  on conflict do nothing returning users.id into created;
  return created;
end $$;

-- The live session behind a cookie or a token, with the user's present rights. Touches last_seen once a minute.
create or replace function app.resolve_session(p_id uuid, p_secret_hash text, p_now timestamptz, p_idle interval)
returns table (user_id uuid, email text, full_name text, is_superuser boolean, privacy_mode boolean, kind text,
               expires_at timestamptz, impersonator_id uuid)
language plpgsql security definer set search_path = pg_catalog, pg_temp as
$$ declare seen timestamptz; begin
  return query
    select s.user_id, u.email, u.full_name, u.is_superuser, u.privacy_mode, s.kind, s.expires_at, s.impersonator_id
      from public.sessions s join public.users u on u.id = s.user_id
     where s.id = p_id and s.secret_hash is not distinct from p_secret_hash and s.revoked_at is null
       and s.kind <> 'handover'
       and s.expires_at > p_now and s.last_seen_at > p_now - p_idle and u.is_active;
  if found then
    update public.sessions s set last_seen_at = p_now
     where s.id = p_id and s.last_seen_at < p_now - interval '1 minute';
  end if;
end $$;

-- A sign-in ticket buys a browser cookie once: the row gets a new secret, so the ticket is worth nothing afterwards.
create or replace function app.redeem_ticket(
  p_id uuid, p_ticket_hash text, p_secret_hash text, p_now timestamptz, p_expires timestamptz) returns uuid
language sql security definer set search_path = pg_catalog, pg_temp as
$$ update public.sessions
      set kind = 'browser', secret_hash = p_secret_hash, expires_at = p_expires, last_seen_at = p_now
    where id = p_id and kind = 'handover' and secret_hash = p_ticket_hash and expires_at > p_now
      and revoked_at is null
returning user_id $$;

-- Sessions that ended long ago: nobody can use them, and the audit log keeps who signed in.
create or replace function app.forget_sessions(p_before timestamptz) returns bigint
language sql security definer set search_path = pg_catalog, pg_temp as
$$ with gone as (
     delete from public.sessions s where least(s.expires_at, s.revoked_at) < p_before returning 1)
   select count(*) from gone $$;

-- The claim code of the first run exists only while there is no superuser. False: there is one, nothing to claim.
create or replace function app.offer_claim(p_code_hash text, p_now timestamptz) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as
$$ begin
  perform pg_advisory_xact_lock(hashtext('sigmasight.claim'));
  if exists (select from public.users u where u.is_superuser) then
    delete from public.system_state where key = 'claim_code';
    return false;
  end if;
  insert into public.system_state (key, value, updated_at) values ('claim_code', p_code_hash, p_now)
  on conflict (key) do update set value = excluded.value, updated_at = excluded.updated_at;
  return true;
end $$;

create or replace function app.claim_is_open() returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select exists (select from public.system_state where key = 'claim_code')
      and not exists (select from public.users u where u.is_superuser) $$;

-- Spend the claim code: 'claimed', 'closed', 'wrong_code' or 'email_taken'. The hash is of a 160-bit code, so plain
-- equality gives nothing away.
create or replace function app.claim_administrator(
  p_code_hash text, p_id uuid, p_email text, p_full_name text, p_hash text, p_now timestamptz)
returns text language plpgsql security definer set search_path = pg_catalog, pg_temp as
$$ begin
  perform pg_advisory_xact_lock(hashtext('sigmasight.claim'));
  if not app.claim_is_open() then return 'closed'; end if;
  if not exists (select from public.system_state where key = 'claim_code' and value = p_code_hash) then
    return 'wrong_code';
  end if;
  if app.register_user(p_id, p_email, p_full_name, p_hash, p_now) is null then return 'email_taken'; end if;
  update public.users set is_superuser = true where id = p_id;
  delete from public.system_state where key = 'claim_code';
  return 'claimed';
end $$;

-- The command-line way to a superuser: creates the account, or promotes an existing one without touching its password.
create or replace function app.create_superuser(
  p_id uuid, p_email text, p_full_name text, p_hash text, p_now timestamptz)
returns table (user_id uuid, created boolean)
language plpgsql security definer set search_path = pg_catalog, pg_temp as
$$ declare made uuid; begin
  perform pg_advisory_xact_lock(hashtext('sigmasight.claim'));
  made := app.register_user(p_id, p_email, p_full_name, p_hash, p_now);
  update public.users u set is_superuser = true where u.email = lower(btrim(p_email)) returning u.id into user_id;
  created := made is not null;
  delete from public.system_state where key = 'claim_code';
  return next;
end $$;

-- Everything of the person the transaction works for, at once: the row goes, and all that refers to it goes with it.
-- Phases that write figures right now finish first. Only in portfolios of others a name is left, so it is taken out
-- there; runs asked for there go on in the owner's name. The lock is the claim's: of the last two administrators one
-- stays. False: that one may not go.
create or replace function app.delete_account(p_name_left text) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as
$$ declare me uuid := app.uid(); begin
  perform pg_advisory_xact_lock(hashtext('sigmasight.claim'));
  if exists (select from public.users u where u.id = me and u.is_superuser)
     and not exists (select from public.users u where u.id <> me and u.is_superuser and u.is_active) then
    return false;
  end if;
  perform from public.batch_runs r join public.portfolios p on p.id = r.portfolio_id
    where p.owner_id = me and r.status in ('queued', 'running') order by r.id for update of r;
  update public.portfolio_imports r set imported_by = p_name_left
    from public.imports i where i.id = r.import_id and i.user_id = me;
  update public.portfolio_imports r set undone_by = p_name_left where r.undone_by_id = me;
  update public.batch_runs r set requested_by = p.owner_id
    from public.portfolios p where p.id = r.portfolio_id and r.requested_by = me;
  delete from public.users u where u.id = me;
  return true;
end $$;

-- The only way into the audit log; who acts comes from the transaction's context, not from the caller's words. The lock
-- is shared among writers: the seal takes it alone, so that no event with a smaller id can still appear.
create or replace function app.record_audit(
  p_action text, p_object_type text, p_object_id text, p_outcome text, p_subject uuid, p_ip_hash text,
  p_details jsonb, p_at timestamptz)
returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as
$$ begin
  perform pg_advisory_xact_lock_shared(hashtext('sigmasight.audit'));
  insert into public.audit_log (at, actor_id, impersonator_id, subject_id, action, object_type, object_id, outcome,
                                ip_hash, request_id, details)
  values (p_at, nullif(current_setting('app.user_id', true), '')::uuid,
          nullif(current_setting('app.impersonator_id', true), '')::uuid, p_subject, p_action, p_object_type,
          p_object_id, p_outcome, p_ip_hash, nullif(current_setting('app.request_id', true), ''), p_details);
end $$;

revoke all on function app.pids(int),
  app.grant_owner(),
  app.find_login(text),
  app.register_user(uuid, text, text, text, timestamptz),
  app.resolve_session(uuid, text, timestamptz, interval),
  app.redeem_ticket(uuid, text, text, timestamptz, timestamptz),
  app.forget_sessions(timestamptz),
  app.offer_claim(text, timestamptz),
  app.claim_is_open(),
  app.claim_administrator(text, uuid, text, text, text, timestamptz),
  app.create_superuser(uuid, text, text, text, timestamptz),
  app.delete_account(text),
  app.record_audit(text, text, text, text, uuid, text, jsonb, timestamptz)
  from public;
grant execute on function app.pids(int) to app_user, app_worker;
grant execute on function app.find_login(text), app.register_user(uuid, text, text, text, timestamptz),
  app.resolve_session(uuid, text, timestamptz, interval),
  app.redeem_ticket(uuid, text, text, timestamptz, timestamptz), app.claim_is_open(),
  app.claim_administrator(text, uuid, text, text, text, timestamptz), app.delete_account(text) to app_user;
grant execute on function app.offer_claim(text, timestamptz),
  app.create_superuser(uuid, text, text, text, timestamptz) to app_admin;
grant execute on function app.record_audit(text, text, text, text, uuid, text, jsonb, timestamptz)
  to app_user, app_worker, app_admin;
grant execute on function app.forget_sessions(timestamptz) to app_worker;
grant execute on function app.grant_owner() to app_owner;

reset role;

create or replace trigger audit_log_append_only before update or delete on audit_log
  for each row execute function app.refuse_rewrite();
create or replace trigger audit_log_no_truncate before truncate on audit_log
  for each statement execute function app.refuse_rewrite();
create or replace trigger portfolios_grant_owner after insert on portfolios
  for each row execute function app.grant_owner();
create or replace trigger batch_runs_ended_is_final
  before update of status, error_code, reason, attempts, finished_at on batch_runs
  for each row when (old.status not in ('queued', 'running')) execute function app.refuse_ended_run();
