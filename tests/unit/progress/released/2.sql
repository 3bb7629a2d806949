PRAGMA application_id = 1414680146;
PRAGMA user_version = 2;
BEGIN TRANSACTION;
CREATE TABLE alias (former TEXT PRIMARY KEY, card TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO "alias" VALUES('d/old','d/a');
CREATE TABLE calibration (
  confidence INTEGER NOT NULL,
  rating INTEGER NOT NULL,
  reviews INTEGER NOT NULL,
  PRIMARY KEY (confidence, rating)
) WITHOUT ROWID;
CREATE TABLE card (
  card TEXT PRIMARY KEY,
  topic INTEGER NOT NULL,
  place INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE day (
  day INTEGER NOT NULL,
  phase TEXT NOT NULL,
  rating INTEGER NOT NULL,
  reviews INTEGER NOT NULL,
  elapsed_ms INTEGER NOT NULL,
  PRIMARY KEY (day, phase, rating)
) WITHOUT ROWID;
INSERT INTO "day" VALUES(739747,'early',3,1,1500);
INSERT INTO "day" VALUES(739747,'learning',2,1,1500);
INSERT INTO "day" VALUES(739747,'new',1,1,1500);
INSERT INTO "day" VALUES(739747,'new',3,1,1500);
INSERT INTO "day" VALUES(739748,'new',3,1,1500);
INSERT INTO "day" VALUES(739750,'early',3,1,1500);
CREATE TABLE draft (
  card TEXT PRIMARY KEY,
  answer TEXT NOT NULL,
  at INTEGER NOT NULL,
  submitted INTEGER NOT NULL,
  hint INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO "draft" VALUES('d/c','half an answer',1778751000000,1,0);
CREATE TABLE log (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  at INTEGER NOT NULL,
  type TEXT NOT NULL,
  card TEXT,
  target TEXT,
  body TEXT NOT NULL,
  crc INTEGER NOT NULL
);
INSERT INTO "log" VALUES(1,'019e1643-c280-7129-898d-a85775786836',1778490000000,'review','d/a',NULL,'{"answer":"Because.","at":"2026-05-11T09:00:00.000Z","card":"d/a","confidence":null,"counts":true,"day":"2026-05-11","device":"697b3a2f1114680a","elapsed_ms":1500,"hint":false,"id":"019e1643-c280-7129-898d-a85775786836","kind":"question","mode":"daily","offset":0,"points":{"a":1.0},"prompt":"Why?","rating":3,"score":0.8,"suggested":3,"type":"review","variant":0}',3454055563);
INSERT INTO "log" VALUES(2,'019e164d-d4a0-72ec-a590-755505be50e9',1778490660000,'review','d/a',NULL,'{"answer":"Größe\nzwei","at":"2026-05-11T09:11:00.000Z","card":"d/a","confidence":null,"counts":true,"day":"2026-05-11","device":"697b3a2f1114680a","elapsed_ms":1500,"hint":false,"id":"019e164d-d4a0-72ec-a590-755505be50e9","kind":"question","mode":"daily","offset":0,"points":{"a":1.0,"b":0.1},"prompt":"Why?","rating":3,"score":0.8,"suggested":3,"type":"review","variant":0}',3689304053);
INSERT INTO "log" VALUES(3,'019e164e-bf00-76fa-8f51-cca5638fc2ae',1778490720000,'review','d/b',NULL,'{"answer":"Because.","at":"2026-05-11T09:12:00.000Z","card":"d/b","confidence":null,"counts":true,"day":"2026-05-11","device":"697b3a2f1114680a","elapsed_ms":1500,"hint":false,"id":"019e164e-bf00-76fa-8f51-cca5638fc2ae","kind":"question","mode":"daily","offset":0,"points":{"x":0.0},"prompt":"Why?","rating":1,"score":0.8,"suggested":3,"type":"review","variant":0}',3039753268);
INSERT INTO "log" VALUES(4,'019e164f-a960-7530-8275-b485ec56f133',1778490780000,'review','d/b',NULL,'{"answer":"Because.","at":"2026-05-11T09:13:00.000Z","card":"d/b","confidence":null,"counts":true,"day":"2026-05-11","device":"697b3a2f1114680a","elapsed_ms":1500,"hint":false,"id":"019e164f-a960-7530-8275-b485ec56f133","kind":"question","mode":"daily","offset":0,"points":{"a":1.0},"prompt":"Why?","rating":4,"score":0.8,"suggested":3,"type":"review","variant":0}',2787509567);
INSERT INTO "log" VALUES(5,'019e1650-93c0-7285-900c-4420bf69cbb9',1778490840000,'undo',NULL,'019e164f-a960-7530-8275-b485ec56f133','{"at":"2026-05-11T09:14:00.000Z","device":"697b3a2f1114680a","id":"019e1650-93c0-7285-900c-4420bf69cbb9","offset":0,"target":"019e164f-a960-7530-8275-b485ec56f133","type":"undo"}',694333700);
INSERT INTO "log" VALUES(6,'019e165b-9040-75f0-8726-e8ab83235858',1778491560000,'review','d/b',NULL,'{"answer":"Because.","at":"2026-05-11T09:26:00.000Z","card":"d/b","confidence":null,"counts":true,"day":"2026-05-11","device":"697b3a2f1114680a","elapsed_ms":1500,"hint":false,"id":"019e165b-9040-75f0-8726-e8ab83235858","kind":"question","mode":"daily","offset":0,"points":{"a":1.0},"prompt":"Why?","rating":2,"score":0.8,"suggested":3,"type":"review","variant":0}',1552091616);
INSERT INTO "log" VALUES(7,'019e165c-7aa0-728e-92a0-132fe2be0b8d',1778491620000,'teach','d/a',NULL,'{"at":"2026-05-11T09:27:00.000Z","card":"d/a","device":"697b3a2f1114680a","id":"019e165c-7aa0-728e-92a0-132fe2be0b8d","offset":0,"phrase":"in no time","point":"a","type":"teach"}',2325410328);
INSERT INTO "log" VALUES(8,'019e165d-6500-74ef-9b56-f12fce0524a6',1778491680000,'teach','d/a',NULL,'{"at":"2026-05-11T09:28:00.000Z","card":"d/a","device":"697b3a2f1114680a","id":"019e165d-6500-74ef-9b56-f12fce0524a6","offset":0,"phrase":"nonsense","point":"b","type":"teach"}',3314161999);
INSERT INTO "log" VALUES(9,'019e165e-4f60-7678-8c86-9d4411b6827c',1778491740000,'forget',NULL,'019e165d-6500-74ef-9b56-f12fce0524a6','{"at":"2026-05-11T09:29:00.000Z","device":"697b3a2f1114680a","id":"019e165e-4f60-7678-8c86-9d4411b6827c","offset":0,"target":"019e165d-6500-74ef-9b56-f12fce0524a6","type":"forget"}',3221413039);
INSERT INTO "log" VALUES(10,'019e1b84-ab60-715c-867a-a55a49cb6422',1778578140000,'settings',NULL,NULL,'{"at":"2026-05-12T09:29:00.000Z","decks":{},"device":"697b3a2f1114680a","id":"019e1b84-ab60-715c-867a-a55a49cb6422","learning_steps":[1.0,10.0],"maximum_interval":36500,"offset":120,"parameters":[0.212,1.2931,2.3065,8.2956,6.4133,0.8334,3.0194,0.001,1.8722,0.1666,0.796,1.4835,0.0614,0.2629,1.6483,0.6014,1.8729,0.5425,0.0912,0.0658,0.1542],"relearning_steps":[10.0],"retention":0.85,"rollover":4,"type":"settings"}',2715636808);
INSERT INTO "log" VALUES(11,'019e1b85-95c0-7747-9e81-ff5326a37f15',1778578200000,'review','d/c',NULL,'{"answer":"Because.","at":"2026-05-12T09:30:00.000Z","card":"d/c","confidence":null,"counts":true,"day":"2026-05-12","device":"697b3a2f1114680a","elapsed_ms":1500,"hint":false,"id":"019e1b85-95c0-7747-9e81-ff5326a37f15","kind":"question","mode":"daily","offset":120,"points":{"a":1.0},"prompt":"Why?","rating":3,"score":0.8,"suggested":3,"type":"review","variant":0}',2421232526);
INSERT INTO "log" VALUES(12,'019e25d2-4dc0-7641-ba13-6154953000a8',1778751000000,'review','d/a',NULL,'{"answer":"Because.","at":"2026-05-14T09:30:00.000Z","card":"d/a","confidence":null,"counts":true,"day":"2026-05-14","device":"697b3a2f1114680a","elapsed_ms":1500,"hint":false,"id":"019e25d2-4dc0-7641-ba13-6154953000a8","kind":"question","mode":"daily","offset":120,"points":{"a":1.0},"prompt":"Why?","rating":3,"score":0.8,"suggested":3,"type":"review","variant":0}',3287918785);
CREATE TABLE mark (
  card TEXT PRIMARY KEY,
  suspended INTEGER NOT NULL,
  buried_day INTEGER NOT NULL,
  flag INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE memory (
  card TEXT PRIMARY KEY,
  topic INTEGER,
  ask_day INTEGER NOT NULL,
  ask_at INTEGER,
  phase TEXT NOT NULL,
  step INTEGER NOT NULL,
  stability REAL NOT NULL,
  difficulty REAL NOT NULL,
  interval INTEGER NOT NULL,
  due_day INTEGER NOT NULL,
  due_at INTEGER,
  last_day INTEGER NOT NULL,
  first_day INTEGER NOT NULL,
  reps INTEGER NOT NULL,
  lapses INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO "memory" VALUES('d/a',NULL,739779,NULL,'review',0,1.38358401336602181434e+01,2.10433139084644826866e+00,29,739779,NULL,739750,739747,3,0);
INSERT INTO "memory" VALUES('d/b',NULL,739747,1778492460000,'learning',0,0.212,7.60420976907683776602e+00,0,739747,1778492460000,739747,739747,2,0);
INSERT INTO "memory" VALUES('d/c',NULL,739748,1778578800000,'learning',1,2.3065,2.11810397045901588342e+00,0,739748,1778578800000,739748,739748,1,0);
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO "meta" VALUES('device','697b3a2f1114680a');
CREATE TABLE miss (
  seq INTEGER NOT NULL,
  point TEXT NOT NULL,
  card TEXT NOT NULL,
  day INTEGER NOT NULL,
  PRIMARY KEY (seq, point)
) WITHOUT ROWID;
INSERT INTO "miss" VALUES(2,'b','d/a',739747);
INSERT INTO "miss" VALUES(3,'x','d/b',739747);
CREATE TABLE point (
  card TEXT NOT NULL,
  point TEXT NOT NULL,
  asked INTEGER NOT NULL,
  made INTEGER NOT NULL,
  PRIMARY KEY (card, point)
) WITHOUT ROWID;
INSERT INTO "point" VALUES('d/a','a',3,3);
INSERT INTO "point" VALUES('d/a','b',1,0);
INSERT INTO "point" VALUES('d/b','a',1,1);
INSERT INTO "point" VALUES('d/b','x',1,0);
INSERT INTO "point" VALUES('d/c','a',1,1);
CREATE TABLE review (
  seq INTEGER PRIMARY KEY,
  card TEXT NOT NULL,
  day INTEGER NOT NULL,
  phase TEXT NOT NULL,
  rating INTEGER NOT NULL,
  elapsed_ms INTEGER NOT NULL,
  confidence INTEGER,
  at INTEGER NOT NULL
);
INSERT INTO "review" VALUES(1,'d/a',739747,'new',3,1500,NULL,1778490000000);
INSERT INTO "review" VALUES(2,'d/a',739747,'early',3,1500,NULL,1778490660000);
INSERT INTO "review" VALUES(3,'d/b',739747,'new',1,1500,NULL,1778490720000);
INSERT INTO "review" VALUES(6,'d/b',739747,'learning',2,1500,NULL,1778491560000);
INSERT INTO "review" VALUES(11,'d/c',739748,'new',3,1500,NULL,1778578200000);
INSERT INTO "review" VALUES(12,'d/a',739750,'early',3,1500,NULL,1778751000000);
CREATE TABLE topic (
  id INTEGER PRIMARY KEY,
  deck TEXT NOT NULL,
  topic TEXT NOT NULL,
  cards INTEGER NOT NULL,
  UNIQUE (deck, topic)
);
CREATE INDEX log_order ON log (at, id);
CREATE INDEX log_card ON log (card, at, id) WHERE card IS NOT NULL;
CREATE INDEX log_target ON log (target) WHERE target IS NOT NULL;
CREATE INDEX log_settings ON log (at, id) WHERE type = 'settings';
CREATE INDEX log_teach ON log (at, id) WHERE type = 'teach';
CREATE INDEX card_place ON card (place);
CREATE INDEX memory_first ON memory (first_day);
CREATE INDEX memory_day ON memory (ask_day, topic, ask_at)
  WHERE ask_at IS NULL AND topic IS NOT NULL;
CREATE INDEX memory_topic ON memory (topic, ask_day, ask_at)
  WHERE ask_at IS NULL AND topic IS NOT NULL;
CREATE INDEX memory_step ON memory (ask_at, topic)
  WHERE ask_at IS NOT NULL AND topic IS NOT NULL;
CREATE INDEX memory_hard ON memory (lapses DESC, difficulty DESC) WHERE lapses > 0;
CREATE INDEX review_card ON review (card);
CREATE INDEX review_sure ON review (confidence DESC, at DESC)
  WHERE confidence >= 3 AND rating = 1;
CREATE INDEX miss_day ON miss (day, card, point);
CREATE INDEX point_share ON point (made * 1.0 / asked, asked DESC);
CREATE TRIGGER review_added AFTER INSERT ON review BEGIN
  INSERT INTO day VALUES (new.day, new.phase, new.rating, 1, new.elapsed_ms)
    ON CONFLICT DO UPDATE SET reviews = reviews + 1, elapsed_ms = elapsed_ms + new.elapsed_ms;
  INSERT INTO calibration SELECT new.confidence, new.rating, 1 WHERE new.confidence IS NOT NULL
    ON CONFLICT DO UPDATE SET reviews = reviews + 1;
END;
CREATE TRIGGER review_removed AFTER DELETE ON review BEGIN
  UPDATE day SET reviews = reviews - 1, elapsed_ms = elapsed_ms - old.elapsed_ms
    WHERE day = old.day AND phase = old.phase AND rating = old.rating;
  DELETE FROM day
    WHERE day = old.day AND phase = old.phase AND rating = old.rating AND reviews = 0;
  UPDATE calibration SET reviews = reviews - 1
    WHERE confidence = old.confidence AND rating = old.rating;
  DELETE FROM calibration
    WHERE confidence = old.confidence AND rating = old.rating AND reviews = 0;
END;
COMMIT;
