DROP TABLE "followups_mailfile" CASCADE;
ALTER TABLE "followups_pendingreply" DROP COLUMN "promises" CASCADE;
ALTER TABLE "followups_pendingreply" DROP COLUMN "files" CASCADE;
