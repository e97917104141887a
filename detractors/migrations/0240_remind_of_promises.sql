ALTER TABLE "detractors_task" ADD COLUMN "event_id" bigint NULL;
ALTER TABLE "detractors_task" ADD COLUMN "remind_at" timestamp with time zone NULL;
CREATE INDEX "task_to_remind_of" ON "detractors_task" ("remind_at") WHERE "remind_at" IS NOT NULL;
CREATE INDEX "task_promised" ON "detractors_task" ("workspace_id", "due_at") WHERE ("done_at" IS NULL AND "is_promise");
ALTER TABLE "detractors_task" ADD CONSTRAINT "detractors_task_event_id_tenant_fk" FOREIGN KEY (workspace_id, event_id) REFERENCES "detractors_caseevent" (workspace_id, id) DEFERRABLE INITIALLY DEFERRED;
