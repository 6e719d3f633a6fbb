-- A data folder of format 3 (commit a37905c) as that program left it when it was killed: two members, and an audit record whose
-- entries have no hashes. Made by that program over HTTP and its command line; SQLite's own dump of it.
BEGIN TRANSACTION;
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO meta VALUES('format','3');
CREATE TABLE events (
            conversation TEXT NOT NULL,
            seq INTEGER NOT NULL,
            epoch INTEGER NOT NULL,
            at INTEGER NOT NULL,
            type TEXT NOT NULL,
            speaker INTEGER,
            client_id TEXT,
            body TEXT NOT NULL, feed INTEGER,
            PRIMARY KEY (conversation, seq)
        ) WITHOUT ROWID;
CREATE TABLE conversations (
            id TEXT PRIMARY KEY,
            shop TEXT NOT NULL,
            shopper TEXT NOT NULL,
            seq INTEGER NOT NULL,
            epoch INTEGER NOT NULL,
            owner TEXT NOT NULL,
            agent TEXT,
            at INTEGER NOT NULL,
            pending INTEGER NOT NULL
        ) WITHOUT ROWID;
CREATE TABLE shopper_tokens (
            hash BLOB PRIMARY KEY,
            shop TEXT NOT NULL,
            shopper TEXT NOT NULL,
            at INTEGER NOT NULL
        ) WITHOUT ROWID;
CREATE TABLE credentials (
            hash BLOB PRIMARY KEY,
            kind TEXT NOT NULL,
            agent TEXT NOT NULL,
            expires INTEGER NOT NULL
        ) WITHOUT ROWID;
CREATE TABLE feed (position INTEGER PRIMARY KEY, conversation TEXT, seq INTEGER NOT NULL);
CREATE TABLE staff (id TEXT PRIMARY KEY, name_key TEXT NOT NULL UNIQUE, body TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO staff VALUES('01a2286a-ab4c-74be-8731-178c4abcdeb2','店长','{"id":"01a2286a-ab4c-74be-8731-178c4abcdeb2","name":"店长","supervisor":true,"slots":5,"roles":["agent","supervisor","operator","owner"]}');
INSERT INTO staff VALUES('01a2286a-ad1e-727c-8df4-faaaa4f74fcd','小美','{"id":"01a2286a-ad1e-727c-8df4-faaaa4f74fcd","name":"小美","supervisor":true,"slots":7,"roles":["agent","supervisor"],"shops":["demo"],"disabled":true}');
CREATE TABLE audit (number INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT NOT NULL);
INSERT INTO audit VALUES(1,'{"at":1795974409036,"actor":"console","action":"staff.invite","subject":"01a2286a-ab4c-74be-8731-178c4abcdeb2","detail":{"name":"店长","roles":["agent","supervisor","operator","owner"],"shops":[],"capacity":5}}');
INSERT INTO audit VALUES(2,'{"at":1795974409477,"actor":"01a2286a-ab4c-74be-8731-178c4abcdeb2","action":"session.begin","subject":"01a2286a-ab4c-74be-8731-178c4abcdeb2","detail":{"by":"link"}}');
INSERT INTO audit VALUES(3,'{"at":1795974409502,"actor":"01a2286a-ab4c-74be-8731-178c4abcdeb2","action":"staff.invite","subject":"01a2286a-ad1e-727c-8df4-faaaa4f74fcd","detail":{"name":"小美","roles":["agent","supervisor"],"shops":["demo"],"capacity":5}}');
INSERT INTO audit VALUES(4,'{"at":1795974409521,"actor":"","action":"session.refused","subject":"01a2286a-ad1e-727c-8df4-faaaa4f74fcd","detail":{"by":"password"}}');
INSERT INTO audit VALUES(5,'{"at":1795974409632,"actor":"console","action":"staff.change","subject":"01a2286a-ad1e-727c-8df4-faaaa4f74fcd","detail":{"capacity":{"from":5,"to":7}}}');
INSERT INTO audit VALUES(6,'{"at":1795974409638,"actor":"console","action":"staff.disable","subject":"01a2286a-ad1e-727c-8df4-faaaa4f74fcd","detail":null}');
INSERT INTO audit VALUES(7,'{"at":1795974409650,"actor":"01a2286a-ab4c-74be-8731-178c4abcdeb2","action":"session.end","subject":"01a2286a-ab4c-74be-8731-178c4abcdeb2","detail":null}');
DELETE FROM sqlite_sequence;
INSERT INTO sqlite_sequence VALUES('audit',7);
CREATE UNIQUE INDEX events_once ON events (conversation, speaker, client_id) WHERE client_id IS NOT NULL;
CREATE UNIQUE INDEX conversations_one_open ON conversations (shop, shopper) WHERE owner <> 'closed';
CREATE INDEX conversations_assigned ON conversations (agent) WHERE owner = 'agent';
CREATE INDEX conversations_unanswered ON conversations (at) WHERE owner = 'bot' AND pending > 0;
CREATE INDEX credentials_expires ON credentials (expires);
CREATE INDEX conversations_closed ON conversations (at) WHERE owner = 'closed';
CREATE INDEX conversations_of_shopper ON conversations (shop, shopper);
CREATE INDEX shopper_tokens_of_shopper ON shopper_tokens (shop, shopper);
CREATE INDEX conversations_waiting ON conversations (at) WHERE owner = 'queue';
CREATE INDEX feed_emptied ON feed (position) WHERE conversation IS NULL;
CREATE INDEX credentials_of_agent ON credentials (agent);
CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit BEGIN SELECT raise(ABORT, 'audit'); END;
CREATE TRIGGER audit_is_not_deleted BEFORE DELETE ON audit BEGIN SELECT raise(ABORT, 'audit'); END;
COMMIT;
