BEGIN TRANSACTION;
CREATE TABLE attribute_values (      -- folded values of indexed attributes
    tenant TEXT NOT NULL,
    type TEXT NOT NULL,
    attribute TEXT NOT NULL,
    value TEXT NOT NULL,
    key BIGINT NOT NULL,
    PRIMARY KEY (tenant, type, attribute, value, key)
) WITHOUT ROWID;
INSERT INTO "attribute_values" VALUES('default','Group','displayname','inner',9);
INSERT INTO "attribute_values" VALUES('default','Group','displayname','outer',10);
INSERT INTO "attribute_values" VALUES('default','License','displayname','professional',4);
INSERT INTO "attribute_values" VALUES('default','Permission Set','displayname','sales',5);
INSERT INTO "attribute_values" VALUES('default','Role','displayname','administrator',1);
INSERT INTO "attribute_values" VALUES('default','Role','displayname','support agent',2);
INSERT INTO "attribute_values" VALUES('default','Seat','displayname','seat a',6);
INSERT INTO "attribute_values" VALUES('default','User','active','false',8);
INSERT INTO "attribute_values" VALUES('default','User','active','true',7);
INSERT INTO "attribute_values" VALUES('default','User','emails.value','ada@example.com',7);
INSERT INTO "attribute_values" VALUES('default','User','externalid','00u1',7);
INSERT INTO "attribute_values" VALUES('default','User','urn:acme:scim:schemas:extension:crm:1.0:user.employeecode','E1',7);
INSERT INTO "attribute_values" VALUES('default','User','urn:acme:scim:schemas:extension:crm:1.0:user.employeecode','E2',8);
INSERT INTO "attribute_values" VALUES('default','User','username','ada',7);
INSERT INTO "attribute_values" VALUES('default','User','username','bøb',8);
CREATE TABLE audit (                 -- who changed what, never a value of it but those of grants
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant TEXT NOT NULL,
    time TEXT NOT NULL,
    actor TEXT NOT NULL,
    request TEXT NOT NULL,
    action TEXT NOT NULL,
    type TEXT NOT NULL,
    id TEXT NOT NULL,
    detail TEXT NOT NULL           -- JSON
);
CREATE TABLE layouts (               -- the layout under which the resources of a type were laid down
    tenant TEXT NOT NULL,
    type TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    PRIMARY KEY (tenant, type)
) WITHOUT ROWID;
INSERT INTO "layouts" VALUES('default','Group','189a032c0cae8a35054da56c60bd4569723524423136b2cfcc2b5a30c57feba7');
INSERT INTO "layouts" VALUES('default','License','bdedd01bfcd76bb3b1dcb37b1d589c1f625fb6b657976f2bd537f5cad0a42380');
INSERT INTO "layouts" VALUES('default','Permission Set','2cbbfbb59d654c16ddbc5b1c3181f02ab25439df971120559e18260d5e5e9cd3');
INSERT INTO "layouts" VALUES('default','Role','e2c8bc8b3791715166602823a9b73c6cc03db8b9074d8ffb511b2e50908edc27');
INSERT INTO "layouts" VALUES('default','Seat','2cbbfbb59d654c16ddbc5b1c3181f02ab25439df971120559e18260d5e5e9cd3');
INSERT INTO "layouts" VALUES('default','User','1eddd078a882b2341e2742211aa30c3f36390fad6ff3be07d0c283058dc2a24b');
CREATE TABLE leases (                -- which process does what only one may do at a time
    name TEXT NOT NULL,
    holder TEXT NOT NULL,
    until TEXT NOT NULL,
    PRIMARY KEY (name)
) WITHOUT ROWID;
CREATE TABLE links (                 -- memberships and grants
    tenant TEXT NOT NULL,
    link TEXT NOT NULL,            -- members, roles, entitlements
    source BIGINT NOT NULL,          -- the group, the user
    target BIGINT NOT NULL,          -- the member, the role, the entitlement
    is_primary INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant, link, source, target)
) WITHOUT ROWID;
INSERT INTO "links" VALUES('default','entitlements',7,4,1);
INSERT INTO "links" VALUES('default','entitlements',7,6,0);
INSERT INTO "links" VALUES('default','members',9,7,0);
INSERT INTO "links" VALUES('default','members',10,8,0);
INSERT INTO "links" VALUES('default','members',10,9,0);
INSERT INTO "links" VALUES('default','roles',7,1,0);
CREATE TABLE outbox (                -- what the app has still to be told; gone once it was
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant TEXT NOT NULL,
    consumer TEXT NOT NULL,        -- hooks, webhook
    subject TEXT NOT NULL,         -- the user: what concerns one is told in order
    event TEXT NOT NULL,           -- JSON
    time TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    due TEXT NOT NULL,             -- not before
    error TEXT,
    dead INTEGER NOT NULL DEFAULT 0  -- given up, until somebody replays it
);
CREATE TABLE resources (             -- key: the store's own, in order of creation
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant TEXT NOT NULL,
    type TEXT NOT NULL,
    id TEXT NOT NULL,
    version BIGINT NOT NULL,
    created TEXT NOT NULL,
    modified TEXT NOT NULL,
    display TEXT NOT NULL,
    reference TEXT,                -- the value of links to it, where that is not the id
    body BLOB NOT NULL,           -- as a client reads it, without links and meta
    whole BLOB,                   -- with what is hidden from clients
    folded TEXT NOT NULL -- as filters compare it
);
INSERT INTO "resources" VALUES(1,'default','Role','admin',1,'2026-11-24T00:51:39.080218Z','2026-11-24T00:51:39.080218Z','Administrator',NULL,X'7B22736368656D6173223A5B2275726E3A6F6B74613A7363696D3A736368656D61733A636F72653A312E303A526F6C65225D2C226964223A2261646D696E222C22646973706C61794E616D65223A2241646D696E6973747261746F72227D',NULL,'{"schemas":["urn:okta:scim:schemas:core:1.0:Role"],"id":"admin","displayname":"administrator","$display":"administrator"}');
INSERT INTO "resources" VALUES(2,'default','Role','agent',1,'2026-11-24T00:51:39.080377Z','2026-11-24T00:51:39.080377Z','Support agent',NULL,X'7B22736368656D6173223A5B2275726E3A6F6B74613A7363696D3A736368656D61733A636F72653A312E303A526F6C65225D2C226964223A226167656E74222C22646973706C61794E616D65223A22537570706F7274206167656E74222C226465736372697074696F6E223A22416E7377657273207469636B657473227D',NULL,'{"schemas":["urn:okta:scim:schemas:core:1.0:Role"],"id":"agent","displayname":"support agent","description":"answers tickets","$display":"support agent"}');
INSERT INTO "resources" VALUES(4,'default','License','lic-pro',1,'2026-11-24T00:51:39.080761Z','2026-11-24T00:51:39.080761Z','Professional',NULL,X'7B22736368656D6173223A5B2275726E3A6F6B74613A7363696D3A736368656D61733A636F72653A312E303A456E7469746C656D656E74222C2275726E3A61636D653A7363696D3A736368656D61733A657874656E73696F6E3A63726D3A312E303A4C6963656E7365225D2C226964223A226C69632D70726F222C22646973706C61794E616D65223A2250726F66657373696F6E616C222C2274797065223A224C6963656E7365222C2275726E3A61636D653A7363696D3A736368656D61733A657874656E73696F6E3A63726D3A312E303A4C6963656E7365223A7B2274696572223A2270726F222C227365617473223A32357D7D',NULL,'{"schemas":["urn:okta:scim:schemas:core:1.0:Entitlement","urn:acme:scim:schemas:extension:crm:1.0:License"],"id":"lic-pro","displayname":"professional","type":"License","urn:acme:scim:schemas:extension:crm:1.0:license":{"tier":"pro","seats":"25000125"},"$display":"professional"}');
INSERT INTO "resources" VALUES(5,'default','Permission Set','ps-sales',1,'2026-11-24T00:51:39.080921Z','2026-11-24T00:51:39.080921Z','Sales',NULL,X'7B22736368656D6173223A5B2275726E3A6F6B74613A7363696D3A736368656D61733A636F72653A312E303A456E7469746C656D656E74225D2C226964223A2270732D73616C6573222C22646973706C61794E616D65223A2253616C6573222C2274797065223A225065726D697373696F6E20536574227D',NULL,'{"schemas":["urn:okta:scim:schemas:core:1.0:Entitlement"],"id":"ps-sales","displayname":"sales","type":"Permission Set","$display":"sales"}');
INSERT INTO "resources" VALUES(6,'default','Seat','seat-a',1,'2026-11-24T00:51:39.081042Z','2026-11-24T00:51:39.081042Z','Seat A',NULL,X'7B22736368656D6173223A5B2275726E3A6F6B74613A7363696D3A736368656D61733A636F72653A312E303A456E7469746C656D656E74225D2C226964223A22736561742D61222C22646973706C61794E616D65223A22536561742041222C2274797065223A2253656174227D',NULL,'{"schemas":["urn:okta:scim:schemas:core:1.0:Entitlement"],"id":"seat-a","displayname":"seat a","type":"Seat","$display":"seat a"}');
INSERT INTO "resources" VALUES(7,'default','User','19495f22-2bbe-4086-a0d9-034953078be0',2,'2026-11-24T00:51:39.101742Z','2026-11-24T00:51:39.191864Z','Ada',NULL,X'7B22736368656D6173223A5B2275726E3A696574663A706172616D733A7363696D3A736368656D61733A636F72653A322E303A55736572222C2275726E3A61636D653A7363696D3A736368656D61733A657874656E73696F6E3A63726D3A312E303A55736572225D2C226964223A2231393439356632322D326262652D343038362D613064392D303334393533303738626530222C2265787465726E616C4964223A2230307531222C22757365724E616D65223A22416461222C226E616D65223A7B2266616D696C794E616D65223A224C6F76656C616365222C22676976656E4E616D65223A22416461227D2C227469746C65223A22436F756E74657373222C22616374697665223A747275652C22656D61696C73223A5B7B2276616C7565223A22416461404578616D706C652E636F6D222C2274797065223A22776F726B222C227072696D617279223A747275657D5D2C2275726E3A61636D653A7363696D3A736368656D61733A657874656E73696F6E3A63726D3A312E303A55736572223A7B22726567696F6E223A22656D6561222C2273636F7265223A372C22656D706C6F796565436F6465223A224531227D7D',X'7B22736368656D6173223A5B2275726E3A696574663A706172616D733A7363696D3A736368656D61733A636F72653A322E303A55736572222C2275726E3A61636D653A7363696D3A736368656D61733A657874656E73696F6E3A63726D3A312E303A55736572225D2C226964223A2231393439356632322D326262652D343038362D613064392D303334393533303738626530222C2265787465726E616C4964223A2230307531222C22757365724E616D65223A22416461222C226E616D65223A7B22676976656E4E616D65223A22416461222C2266616D696C794E616D65223A224C6F76656C616365227D2C227469746C65223A22436F756E74657373222C22616374697665223A747275652C22656D61696C73223A5B7B2276616C7565223A22416461404578616D706C652E636F6D222C2274797065223A22776F726B222C227072696D617279223A747275657D5D2C2275726E3A61636D653A7363696D3A736368656D61733A657874656E73696F6E3A63726D3A312E303A55736572223A7B22726567696F6E223A22656D6561222C22736563726574223A22733363726574222C226E6F7465223A2261736B656420666F72222C2273636F7265223A372C22656D706C6F796565436F6465223A224531227D7D','{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","urn:acme:scim:schemas:extension:crm:1.0:User"],"id":"19495f22-2bbe-4086-a0d9-034953078be0","externalid":"00u1","username":"ada","name":{"givenname":"ada","familyname":"lovelace"},"title":"countess","active":"true","emails":[{"value":"ada@example.com","type":"work","primary":"true"}],"urn:acme:scim:schemas:extension:crm:1.0:user":{"region":"emea","note":"asked for","score":"2500007","employeecode":"E1"},"$display":"ada"}');
INSERT INTO "resources" VALUES(8,'default','User','1ee108a7-b4aa-4b6a-9338-e7a17278d851',1,'2026-11-24T00:51:39.112686Z','2026-11-24T00:51:39.112686Z','bøb',NULL,X'7B22736368656D6173223A5B2275726E3A696574663A706172616D733A7363696D3A736368656D61733A636F72653A322E303A55736572222C2275726E3A61636D653A7363696D3A736368656D61733A657874656E73696F6E3A63726D3A312E303A55736572225D2C226964223A2231656531303861372D623461612D346236612D393333382D653761313732373864383531222C22757365724E616D65223A2262C3B862222C22616374697665223A66616C73652C2275726E3A61636D653A7363696D3A736368656D61733A657874656E73696F6E3A63726D3A312E303A55736572223A7B22656D706C6F796565436F6465223A224532227D7D',NULL,'{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","urn:acme:scim:schemas:extension:crm:1.0:User"],"id":"1ee108a7-b4aa-4b6a-9338-e7a17278d851","username":"bøb","active":"false","urn:acme:scim:schemas:extension:crm:1.0:user":{"employeecode":"E2"},"$display":"bøb"}');
INSERT INTO "resources" VALUES(9,'default','Group','8cf4d32b-83d5-4fad-ad03-dc8ad0203a4f',1,'2026-11-24T00:51:39.135303Z','2026-11-24T00:51:39.135303Z','Inner',NULL,X'7B22736368656D6173223A5B2275726E3A696574663A706172616D733A7363696D3A736368656D61733A636F72653A322E303A47726F7570225D2C226964223A2238636634643332622D383364352D346661642D616430332D646338616430323033613466222C22646973706C61794E616D65223A22496E6E6572227D',NULL,'{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"id":"8cf4d32b-83d5-4fad-ad03-dc8ad0203a4f","displayname":"inner","$display":"inner"}');
INSERT INTO "resources" VALUES(10,'default','Group','7c20d3f6-1e59-495b-8944-e4f1ef174bc4',1,'2026-11-24T00:51:39.157460Z','2026-11-24T00:51:39.157460Z','Outer',NULL,X'7B22736368656D6173223A5B2275726E3A696574663A706172616D733A7363696D3A736368656D61733A636F72653A322E303A47726F7570225D2C226964223A2237633230643366362D316535392D343935622D383934342D653466316566313734626334222C22646973706C61794E616D65223A224F75746572227D',NULL,'{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"id":"7c20d3f6-1e59-495b-8944-e4f1ef174bc4","displayname":"outer","$display":"outer"}');
CREATE TABLE seeds (                 -- what was seeded once, so that what a client deletes stays deleted
    tenant TEXT NOT NULL,
    type TEXT NOT NULL,
    id TEXT NOT NULL,
    PRIMARY KEY (tenant, type, id)
) WITHOUT ROWID;
INSERT INTO "seeds" VALUES('default','License','lic-free');
INSERT INTO "seeds" VALUES('default','License','lic-pro');
INSERT INTO "seeds" VALUES('default','Permission Set','ps-sales');
INSERT INTO "seeds" VALUES('default','Role','admin');
INSERT INTO "seeds" VALUES('default','Role','agent');
INSERT INTO "seeds" VALUES('default','Seat','seat-a');
CREATE TABLE tokens (                -- who may ask: the hash of a secret, never the secret
    id TEXT NOT NULL,
    tenant TEXT NOT NULL,
    name TEXT NOT NULL,            -- for people, and for the audit trail
    hash TEXT NOT NULL,
    kind TEXT NOT NULL,            -- bearer, client (of the token endpoint), access (given out by it)
    scopes TEXT NOT NULL,          -- with spaces between
    created TEXT NOT NULL,
    expires TEXT,
    revoked TEXT,
    PRIMARY KEY (id)
) WITHOUT ROWID;
CREATE TABLE totals (                -- how many resources there are, so that no list counts them
    tenant TEXT NOT NULL,
    type TEXT NOT NULL,
    shard INTEGER NOT NULL,          -- the total is the sum of all: one row would make the writers wait in line
    total BIGINT NOT NULL,
    deleted BIGINT NOT NULL,         -- how many there were besides, ever: what was deleted moves pages
    PRIMARY KEY (tenant, type, shard)
) WITHOUT ROWID;
INSERT INTO "totals" VALUES('default','Group',0,2,0);
INSERT INTO "totals" VALUES('default','License',0,1,0);
INSERT INTO "totals" VALUES('default','Permission Set',0,1,0);
INSERT INTO "totals" VALUES('default','Role',0,2,0);
INSERT INTO "totals" VALUES('default','Seat',0,1,0);
INSERT INTO "totals" VALUES('default','User',0,2,0);
INSERT INTO "totals" VALUES('default','User/active/false',0,1,0);
INSERT INTO "totals" VALUES('default','User/active/true',0,1,0);
INSERT INTO "totals" VALUES('default','entitlements/4',0,1,0);
INSERT INTO "totals" VALUES('default','entitlements/6',0,1,0);
INSERT INTO "totals" VALUES('default','roles/1',0,1,0);
CREATE TABLE unique_values (         -- scope: the type, or '' for all types
    tenant TEXT NOT NULL,
    scope TEXT NOT NULL,
    attribute TEXT NOT NULL,
    value TEXT NOT NULL,
    key BIGINT NOT NULL,
    PRIMARY KEY (tenant, scope, attribute, value)
) WITHOUT ROWID;
INSERT INTO "unique_values" VALUES('default','','urn:acme:scim:schemas:extension:crm:1.0:user.employeecode','E1',7);
INSERT INTO "unique_values" VALUES('default','','urn:acme:scim:schemas:extension:crm:1.0:user.employeecode','E2',8);
INSERT INTO "unique_values" VALUES('default','User','username','ada',7);
INSERT INTO "unique_values" VALUES('default','User','username','bøb',8);
CREATE UNIQUE INDEX resources_id ON resources (tenant, id);
CREATE INDEX resources_type ON resources (tenant, type, key);
CREATE INDEX resources_modified ON resources (tenant, type, modified);
CREATE INDEX resources_reference ON resources (tenant, reference) WHERE reference IS NOT NULL;
CREATE INDEX links_target ON links (tenant, link, target, source);
CREATE UNIQUE INDEX tokens_hash ON tokens (hash);
CREATE INDEX audit_resource ON audit (tenant, id, position);
CREATE TRIGGER links_added AFTER INSERT ON links WHEN NEW.link <> 'members' BEGIN
    INSERT INTO totals VALUES (NEW.tenant, NEW.link || '/' || NEW.target, 0, 1, 0)
    ON CONFLICT (tenant, type, shard) DO UPDATE SET total = total + 1; END;
CREATE TRIGGER links_removed AFTER DELETE ON links WHEN OLD.link <> 'members' BEGIN
    UPDATE totals SET total = total - 1
    WHERE tenant = OLD.tenant AND type = OLD.link || '/' || OLD.target AND shard = 0; END;
CREATE TRIGGER attribute_values_added AFTER INSERT ON attribute_values WHEN NEW.value IN ('true', 'false') BEGIN
    INSERT INTO totals VALUES (NEW.tenant, NEW.type || '/' || NEW.attribute || '/' || NEW.value, 0, 1, 0)
    ON CONFLICT (tenant, type, shard) DO UPDATE SET total = total + 1; END;
CREATE TRIGGER attribute_values_removed AFTER DELETE ON attribute_values WHEN OLD.value IN ('true', 'false') BEGIN
    UPDATE totals SET total = total - 1
    WHERE tenant = OLD.tenant AND type = OLD.type || '/' || OLD.attribute || '/' || OLD.value AND shard = 0; END;
CREATE INDEX outbox_subject ON outbox (tenant, consumer, subject, position) WHERE dead = 0;
CREATE INDEX outbox_due ON outbox (due, position) WHERE dead = 0;
CREATE INDEX outbox_dead ON outbox (position) WHERE dead = 1;
CREATE INDEX tokens_expires ON tokens (expires) WHERE kind = 'access';
CREATE INDEX tokens_tenant ON tokens (tenant, kind, name);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('resources',10);
COMMIT;
PRAGMA user_version = 5;
