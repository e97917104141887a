DROP INDEX IF EXISTS "task_promised";
DROP INDEX IF EXISTS "task_to_remind_of";
ALTER TABLE "detractors_task" DROP COLUMN "remind_at" CASCADE;
ALTER TABLE "detractors_task" DROP COLUMN "event_id" CASCADE;
