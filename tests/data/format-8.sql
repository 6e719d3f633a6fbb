-- A data folder of format 8: that of format-7.sql, brought there by the step from 7 to 8 (src/store/embedded/upgrade/v8.rs).
BEGIN TRANSACTION;
CREATE TABLE audit (number INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT NOT NULL, hash BLOB);
CREATE TABLE conversations (
            number INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            shop TEXT NOT NULL,
            shopper TEXT NOT NULL,
            seq INTEGER NOT NULL,
            epoch INTEGER NOT NULL,
            owner TEXT NOT NULL,
            agent TEXT,
            at INTEGER NOT NULL,
            pending INTEGER NOT NULL
        );
INSERT INTO "conversations" VALUES(1,'01a222fb-b135-704d-b985-021e1ae9c2bb','demo','anon:kuNzKlmm9vk0LJukgU7tOg',5,1,'bot',NULL,1795883250195,0);
INSERT INTO "conversations" VALUES(2,'01a222fb-b862-72d5-9dad-627c382b0a08','demo','anon:v8MAUytHDU6D3Nzi0WI93g',5,2,'closed',NULL,1795883252522,0);
INSERT INTO "conversations" VALUES(3,'01a222fb-bc61-7342-b553-8771e4d8c567','demo','anon:l7vo6eX0crbPYCjbXTVhPw',6,3,'agent','01a222fb-ae49-7665-ae5a-ad91a260d83d',1795883255649,1);
INSERT INTO "conversations" VALUES(4,'01a222fb-ca2d-70ab-9c23-dde2b0b2f436','demo','anon:sjDXGVb1RhPpZHt8hIRcYA',3,2,'queue',NULL,1795883256471,1);
CREATE TABLE credentials (
            hash BLOB PRIMARY KEY,
            kind TEXT NOT NULL,
            agent TEXT NOT NULL,
            expires INTEGER NOT NULL
        ) WITHOUT ROWID;
INSERT INTO "credentials" VALUES(X'283DA67A843C81737877292F49BEE3AF608B978AE16078DE050A925355757C4C','sign_in','01a222fb-ccfd-75b1-99a9-4c3f2e41dfeb',1796142457085);
INSERT INTO "credentials" VALUES(X'DF5C5B19666FFF7DDB4E73B1268BFB5ED58C0209640BBF73E014BC5A06BD1FB2','session','01a222fb-ae49-7665-ae5a-ad91a260d83d',1797092853073);
CREATE TABLE events (
            position INTEGER PRIMARY KEY,
            conversation INTEGER NOT NULL,
            seq INTEGER NOT NULL,
            epoch INTEGER NOT NULL,
            at INTEGER NOT NULL,
            body TEXT NOT NULL
        );
INSERT INTO "events" VALUES(1,1,1,1,1795883249973,'{"type":"started","shop":"demo","shopper":"anon:kuNzKlmm9vk0LJukgU7tOg","lang":"zh"}');
INSERT INTO "events" VALUES(2,1,2,1,1795883250084,'{"type":"received","id":"m1","text":"包邮吗"}');
INSERT INTO "events" VALUES(3,1,3,1,1795883250096,'{"type":"answered","reply_to":["m1"],"text":"亲，满 99 元包邮，不满收 8 元；新疆、西藏、青海、甘肃、宁夏、内蒙古邮费 18 元，港澳台 35 元～","choices":[{"label":"发什么快递","intent":"shipping.carrier"},{"label":"几天能到","intent":"shipping.eta"},{"label":"优惠券领取和使用","intent":"price.coupon"}],"decision":{"kind":"answer","intents":[{"id":"shipping.fee","confidence":0.99}],"alternatives":[{"id":"shipping.fee","confidence":0.99},{"id":"returns.freight","confidence":0.0057147406},{"id":"shipping.carrier","confidence":0.001398157},{"id":"warranty.policy","confidence":0.0005759303},{"id":"shipping.time","confidence":0.00029294885}],"signals":[],"slots":{}}}');
INSERT INTO "events" VALUES(4,1,4,1,1795883250194,'{"type":"received","id":"m2","text":"到新疆要几天"}');
INSERT INTO "events" VALUES(5,1,5,1,1795883250195,'{"type":"answered","reply_to":["m2"],"text":"亲，新疆可送，属偏远地区，从福建晋江发出后大约 6-8 天到～","choices":[{"label":"什么时候发货","intent":"shipping.time"},{"label":"发什么快递","intent":"shipping.carrier"},{"label":"邮费多少、包邮吗","intent":"shipping.fee"}],"decision":{"kind":"answer","intents":[{"id":"shipping.eta","confidence":0.99873585}],"alternatives":[{"id":"shipping.eta","confidence":0.99873585},{"id":"product.shelf_life","confidence":0.00025408374},{"id":"refund.time","confidence":0.00014809426},{"id":"shipping.time","confidence":0.00014419961},{"id":"shipping.stalled","confidence":0.00014299476}],"signals":[],"slots":{"province":"新疆"}}}');
INSERT INTO "events" VALUES(6,2,1,1,1795883251810,'{"type":"started","shop":"demo","shopper":"anon:v8MAUytHDU6D3Nzi0WI93g","lang":"zh"}');
INSERT INTO "events" VALUES(7,2,2,1,1795883251918,'{"type":"received","id":"m3","text":"怎么退货"}');
INSERT INTO "events" VALUES(8,2,3,1,1795883251919,'{"type":"answered","reply_to":["m3"],"text":"亲，在「我的订单」找到这一单点「退换/售后」→「退货退款」，通过后寄到：福建省晋江市陈埭镇迅岚路 8 号 3 号仓 售后部收，再把快递单号填回订单就好～","choices":[{"label":"退货运费谁出","intent":"returns.freight"},{"label":"退款什么时候到账","intent":"refund.time"},{"label":"能不能退货","intent":"returns.policy"}],"decision":{"kind":"answer","intents":[{"id":"returns.process","confidence":0.99}],"alternatives":[{"id":"returns.process","confidence":0.99},{"id":"returns.policy","confidence":0.0012650939},{"id":"returns.freight","confidence":0.00049511925},{"id":"refund.time","confidence":0.00024968715},{"id":"order.cancel","confidence":0.00004082149}],"signals":[],"slots":{}}}');
INSERT INTO "events" VALUES(9,2,4,2,1795883252020,'{"type":"closed","agent":null}');
INSERT INTO "events" VALUES(10,2,5,2,1795883252522,'{"type":"rated","stars":4}');
INSERT INTO "events" VALUES(11,3,1,1,1795883252833,'{"type":"started","shop":"demo","shopper":"anon:l7vo6eX0crbPYCjbXTVhPw","lang":"zh"}');
INSERT INTO "events" VALUES(12,3,2,1,1795883252936,'{"type":"received","id":"m4","text":"太差劲了，我要投诉你们，找12315"}');
INSERT INTO "events" VALUES(13,3,3,2,1795883252942,'{"type":"handed_off","reason":"signal","lane":"top","deadline":1795883432941,"signals":[{"id":"complaint.service","score":0.9970498,"evidence":"我要投诉你们"},{"id":"threat.regulator","score":0.9875596,"evidence":"找12315"},{"id":"emotion.anger","score":0.79919857,"evidence":"差劲"},{"id":"complaint.product","score":0.732294,"evidence":"太差"}],"open_questions":[],"text":"现在是休息时间，客服每天 9:00-23:00在。请把问题和订单号留在这里，同事上班后先回复留言。"}');
INSERT INTO "events" VALUES(14,3,4,3,1795883253134,'{"type":"assigned","agent":"01a222fb-ae49-7665-ae5a-ad91a260d83d","name":"店长"}');
INSERT INTO "events" VALUES(15,3,5,3,1795883255147,'{"type":"agent_said","id":"a1","agent":"01a222fb-ae49-7665-ae5a-ad91a260d83d","name":"店长","text":"您好，我来处理"}');
INSERT INTO "events" VALUES(16,3,6,3,1795883255649,'{"type":"received","id":"m5","text":"好的，谢谢"}');
INSERT INTO "events" VALUES(17,4,1,1,1795883256365,'{"type":"started","shop":"demo","shopper":"anon:sjDXGVb1RhPpZHt8hIRcYA","lang":"zh"}');
INSERT INTO "events" VALUES(18,4,2,1,1795883256470,'{"type":"received","id":"m6","text":"转人工"}');
INSERT INTO "events" VALUES(19,4,3,2,1795883256471,'{"type":"handed_off","reason":"asked","lane":"normal","deadline":1795883436470,"signals":[],"open_questions":[],"text":"现在是休息时间，客服每天 9:00-23:00在。请把问题和订单号留在这里，同事上班后先回复留言。"}');
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO "meta" VALUES('format','8');
INSERT INTO "meta" VALUES('position','19');
CREATE TABLE phrases (
             id TEXT PRIMARY KEY, owner TEXT NOT NULL, body TEXT NOT NULL,
             used INTEGER NOT NULL DEFAULT 0, last_used INTEGER NOT NULL DEFAULT 0
         ) WITHOUT ROWID;
CREATE TABLE presence (agent TEXT PRIMARY KEY, at INTEGER NOT NULL, body TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE shopper_tokens (
            hash BLOB PRIMARY KEY,
            shop TEXT NOT NULL,
            shopper TEXT NOT NULL,
            at INTEGER NOT NULL
        ) WITHOUT ROWID;
INSERT INTO "shopper_tokens" VALUES(X'09C10299F8B8F24D354920DB24EC8CBD8A7E53E026E09F68E19CD579481E2A58','demo','anon:kuNzKlmm9vk0LJukgU7tOg',1795883249969);
INSERT INTO "shopper_tokens" VALUES(X'4E305B510FC305363DDB9E9E553A65085D14D9637B484FE22B6E9D792E8AD2F1','demo','anon:v8MAUytHDU6D3Nzi0WI93g',1795883251809);
INSERT INTO "shopper_tokens" VALUES(X'7ED55F443058217FF66CF88350B5678F4BC57CBF2FAE879AD52D4C8C45BD22FB','demo','anon:l7vo6eX0crbPYCjbXTVhPw',1795883252833);
INSERT INTO "shopper_tokens" VALUES(X'C615641E0B85158FC95C3CC4022B456A5DD01F41E4FA59985C9A727F7C96B517','demo','anon:sjDXGVb1RhPpZHt8hIRcYA',1795883256365);
CREATE TABLE staff (id TEXT PRIMARY KEY, name_key TEXT NOT NULL UNIQUE, body TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO "staff" VALUES('01a222fb-ae49-7665-ae5a-ad91a260d83d','店长','{"id":"01a222fb-ae49-7665-ae5a-ad91a260d83d","name":"店长","supervisor":true,"slots":5,"roles":["agent","supervisor","operator","owner"]}');
INSERT INTO "staff" VALUES('01a222fb-ccfd-75b1-99a9-4c3f2e41dfeb','店长 2','{"id":"01a222fb-ccfd-75b1-99a9-4c3f2e41dfeb","name":"店长 2","supervisor":false,"slots":3,"roles":["agent"]}');
CREATE INDEX credentials_expires ON credentials (expires);
CREATE INDEX shopper_tokens_of_shopper ON shopper_tokens (shop, shopper);
CREATE INDEX credentials_of_agent ON credentials (agent);
CREATE TRIGGER audit_is_not_deleted BEFORE DELETE ON audit BEGIN SELECT raise(ABORT, 'audit'); END;
CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit BEGIN SELECT raise(ABORT, 'audit'); END;
CREATE TRIGGER audit_is_chained BEFORE INSERT ON audit WHEN length(NEW.hash) IS NOT 32
            BEGIN SELECT raise(ABORT, 'audit'); END;
CREATE UNIQUE INDEX conversations_one_open ON conversations (shop, shopper) WHERE owner <> 'closed';
CREATE INDEX conversations_of_shopper ON conversations (shop, shopper);
CREATE INDEX conversations_assigned ON conversations (agent) WHERE owner = 'agent';
CREATE INDEX conversations_waiting ON conversations (at) WHERE owner = 'queue';
CREATE INDEX conversations_unanswered ON conversations (at) WHERE owner = 'bot' AND pending > 0;
CREATE INDEX conversations_closed ON conversations (at) WHERE owner = 'closed';
CREATE UNIQUE INDEX events_of ON events (conversation, seq);
CREATE INDEX phrases_of ON phrases (owner, id);
DELETE FROM "sqlite_sequence";
-- `place` orders talks by their beginning: its milliseconds times 65,536, and a number among those of the same one.
-- `terms` has three bytes a term: what the other table holds can be taken out of it only by who knows what it is.
CREATE TABLE indexed_talks (
    place INTEGER PRIMARY KEY,
    conversation INTEGER NOT NULL UNIQUE,
    seq INTEGER NOT NULL,
    terms BLOB NOT NULL
);
-- The places of each term, which stands there as six hexadecimal digits.
CREATE VIRTUAL TABLE talk_terms USING fts5 (
    terms, content = '', detail = none, columnsize = 0, tokenize = 'ascii'
);
-- Left to itself FTS5 merges much at once, and everybody who writes waits: a little with each write instead.
INSERT INTO talk_terms (talk_terms, rank) VALUES ('automerge', 0);
INSERT INTO talk_terms (talk_terms, rank) VALUES ('crisismerge', 64);
CREATE TABLE customer_cards (
    shop TEXT NOT NULL,
    shopper TEXT NOT NULL,
    version INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (shop, shopper)
) WITHOUT ROWID;
CREATE TABLE reviews (
            conversation TEXT PRIMARY KEY,
            shop TEXT NOT NULL,
            version INTEGER NOT NULL,
            body TEXT NOT NULL
        ) WITHOUT ROWID;
CREATE INDEX reviews_by_shop ON reviews (shop, conversation);
COMMIT;
