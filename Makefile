# Every verb installs what it needs first; all they need themselves is Python 3.11-3.13, make, git and a shell.
# More arguments: make test ARGS="tests/core -x"

SHELL := /bin/sh
.DEFAULT_GOAL := help
PY := .venv/bin/python
ARGS ?=

# PORT=8001 on the command line of make reaches the program.
export PORT AMENDS_DATA

BASE := python=$$(scripts/find-python) && "$$python" scripts/bootstrap.py base
DEV := python=$$(scripts/find-python) && "$$python" scripts/bootstrap.py dev

.PHONY: help setup demo serve test check audit fix bench screenshots check-faults prove-scan prove-links prove-desk run worker beat migrate shell prove-campaign prove-clock prove-rehearsal prove-conversation prove-announcement prove-playbooks prove-mail prove-sweepers prove-forecast

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' Makefile | while IFS='|' read -r verb what; do printf '  make %-13s %s\n' "$$verb" "$$what"; done

setup: ## create .venv and install everything, for development
	@$(DEV)

demo: ## the whole product with a demo workspace; Ctrl-C stops it, the data stay (PORT=8000, AMENDS_DATA=var)
	@$(BASE) && exec $(PY) -m config.embedded.demo

serve: ## the whole product without sample data; prints the link that makes your workspace (PORT=8000, AMENDS_DATA=var)
	@$(BASE) && exec $(PY) -m config.embedded.demo --empty

test: ## every test, on real PostgreSQL, Redis, worker, mail and browser
	@$(DEV) && exec $(PY) scripts/run_tests.py $(ARGS)

check: ## lint, format, types, import contracts, missing migrations, deployment checks
	@$(DEV) && exec $(PY) scripts/check.py

audit: ## known vulnerabilities in the locked dependencies; says "not checked" when nobody can be asked
	@python=$$(scripts/find-python) && exec "$$python" scripts/audit.py

fix: ## let ruff correct and format what it can
	@$(DEV)
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

bench: ## the benchmarks, as ratios to a yardstick of the same run
	@$(DEV) && exec $(PY) -m bench $(ARGS)

screenshots: ## new pictures for README and docs
	@$(DEV) && exec $(PY) scripts/screenshots.py $(ARGS)

check-faults: ## kill worker, Redis and PostgreSQL while answers come in, and prove that nothing is lost
	@$(DEV) && exec $(PY) -m bench.faults $(ARGS)

prove-scan: ## sqlmap and wapiti against every route and operation of a started product, on loopback alone (Debian: apt-get install sqlmap wapiti)
	@$(DEV) && exec nice -n 5 $(PY) -m bench.scan --report docs/evidence/scan.md $(ARGS)

prove-links: ## opens survey links 10,000 times as programs and browsers do, and compares the whole database
	@$(DEV) && AMENDS_LINK_VISITS=10000 AMENDS_LINK_REPORT=docs/evidence/links.md exec nice -n 5 $(PY) -m pytest -q -p no:randomly tests/journeys/test_links_change_nothing.py $(ARGS)

prove-desk: ## ten cases worked through by keyboard alone in a started product, with pictures and a trace
	@$(DEV) && AMENDS_DESK_REPORT=docs/evidence/desk.md exec $(PY) -m pytest -q -p no:randomly tests/journeys/test_ten_cases_by_keyboard.py $(ARGS)

prove-campaign: ## ask 20,000 people, pause and resume in the middle, kill the worker, and prove that nobody is asked twice
	@$(DEV) && exec $(PY) -m bench.campaign $(ARGS)

prove-clock: ## 100,000 random due times against a walk minute by minute over a wall clock
	@$(DEV) && exec nice -n 5 $(PY) -m bench.clock --report docs/evidence/clock.md $(ARGS)

prove-sweepers: ## 20,000 timers due at once among 100,000 cases, two beats, four sweepers, workers killed in between
	@$(DEV) && exec $(PY) -m bench.sweepers --report docs/evidence/sweepers.md $(ARGS)

prove-rehearsal: ## 90 days lived through the real services, rehearsed, and compared case by case
	@$(DEV) && AMENDS_REHEARSAL_ANSWERS=$${ANSWERS:-600} AMENDS_REHEARSAL_REPORT=docs/evidence/rehearsal.md exec nice -n 5 $(PY) -m pytest -q tests/detractors/services/test_rehearsal_is_live.py $(ARGS)

prove-forecast: ## forecasts against days that were lived by chance, in worlds whose pace they are not told
	@$(DEV) && exec nice -n 5 $(PY) -m bench.forecast --report docs/evidence/forecast.md $(ARGS)

prove-conversation: ## a customer and an agent write to each other over real mail servers (as root; Debian: apt-get install postfix dovecot-imapd swaks)
	@$(DEV) && exec nice -n 5 $(PY) -m bench.conversation --report docs/evidence/conversation.md --pictures docs/evidence/conversation $(ARGS)

prove-announcement: ## tell 2,000 people what was changed while the workers are killed, and prove that everybody has one mail
	@$(DEV) && exec $(PY) -m bench.announcement --report docs/evidence/announcement.md $(ARGS)

prove-playbooks: ## playbooks of 100,000 running cases: planned, run, and nothing doubled while two sweepers are killed
	@$(DEV) && exec $(PY) -m bench.playbooks --report docs/evidence/playbooks.md $(ARGS)

prove-mail: ## 2,000 mails with accidents: each is kept as it came, none stops another
	@$(DEV) && AMENDS_MUTATED_MAILS=$${MAILS:-2000} AMENDS_MAIL_REPORT=docs/evidence/mutated-mail.md exec nice -n 5 $(PY) -m pytest -q tests/followups/services/test_bad_mail.py -k accidents $(ARGS)

run: ## the site with automatic reload, for development
	@$(DEV) && DEBUG=$${DEBUG:-1} exec $(PY) manage.py runserver $${PORT:-8000} $(ARGS)

worker: ## one worker, for development
	@$(DEV) && exec $(PY) -m config.embedded.run $(PY) -m celery -A config worker --loglevel INFO $(ARGS)

beat: ## the schedule, for development
	@$(DEV) && exec $(PY) -m config.embedded.run $(PY) -m celery -A config beat --loglevel INFO --schedule var/run/schedule-dev $(ARGS)

migrate: ## apply migrations
	@$(BASE) && exec $(PY) manage.py migrate $(ARGS)

shell: ## Django's shell
	@$(DEV) && exec $(PY) manage.py shell $(ARGS)
