-- Where people may call from, and how they prove a second time who they are. An address is text,
-- as the tenant wrote it down; the checks keep out what is none, so that a list is never read as
-- empty.
ALTER TABLE security_settings
  ADD two_factor_required BOOLEAN NOT NULL DEFAULT FALSE,
  ADD two_factor_method TEXT NOT NULL DEFAULT 'app'
    CHECK (two_factor_method IN ('sms', 'email', 'app')),
  ADD ip_whitelist TEXT[] NOT NULL DEFAULT '{}'
    CHECK (cardinality(ip_whitelist) <= 100 AND ip_whitelist::cidr[] IS NOT NULL),
  ADD ip_blacklist TEXT[] NOT NULL DEFAULT '{}'
    CHECK (cardinality(ip_blacklist) <= 100 AND ip_blacklist::cidr[] IS NOT NULL);
