CREATE OR REPLACE TABLE "snapshots" (
    "source_name" VARCHAR NOT NULL,
    "source_sha256" VARCHAR NOT NULL CHECK (regexp_full_match("source_sha256", '[0-9a-f]{64}')),
    "media_type" VARCHAR NOT NULL
);
COMMENT ON TABLE "snapshots" IS 'One input as it was read: which bytes, under which name.';
COMMENT ON COLUMN "snapshots"."source_name" IS 'Input as its folder names it: relative path, and #n for the n-th record of an archive.';
COMMENT ON COLUMN "snapshots"."source_sha256" IS 'SHA-256 of the raw bytes of the input.';
COMMENT ON COLUMN "snapshots"."media_type" IS 'How the bytes are read: text/plain or text/html.';

CREATE OR REPLACE TABLE "documents" (
    "document_id" VARCHAR NOT NULL CHECK (regexp_full_match("document_id", 'doc_[a-z2-7]{20}')),
    "title" VARCHAR,
    "standfirst" VARCHAR,
    "byline" VARCHAR,
    "publisher" VARCHAR,
    "url" VARCHAR,
    "version" BIGINT NOT NULL CHECK ("version" >= 1),
    "published_at" TIMESTAMP,
    "published_offset" BIGINT CHECK ("published_offset" >= -1439 AND "published_offset" <= 1439),
    "modified_at" TIMESTAMP,
    "modified_offset" BIGINT CHECK ("modified_offset" >= -1439 AND "modified_offset" <= 1439),
    "captured_at" TIMESTAMP,
    "article_section" VARCHAR,
    "language" VARCHAR NOT NULL CHECK (regexp_full_match("language", '[a-z]{2}')),
    "text" VARCHAR,
    "segments" STRUCT("role" VARCHAR, "start" BIGINT, "end" BIGINT, "source_start" BIGINT, "source_end" BIGINT)[] NOT NULL,
    "body_start" BIGINT NOT NULL CHECK ("body_start" >= 0),
    "word_count" BIGINT NOT NULL CHECK ("word_count" >= 0),
    "is_truncated" BOOLEAN NOT NULL,
    "truncation" VARCHAR NOT NULL CHECK ("truncation" IN ('none', 'notice_present', 'suspected', 'confirmed')),
    "truncation_evidence" VARCHAR,
    "access" VARCHAR,
    "licence" VARCHAR NOT NULL,
    "text_is_open" BOOLEAN NOT NULL,
    "source_name" VARCHAR NOT NULL,
    "source_sha256" VARCHAR NOT NULL CHECK (regexp_full_match("source_sha256", '[0-9a-f]{64}')),
    "source_length" BIGINT NOT NULL CHECK ("source_length" >= 0),
    "text_sha256" VARCHAR NOT NULL CHECK (regexp_full_match("text_sha256", '[0-9a-f]{64}')),
    "publisher_id" VARCHAR CHECK (regexp_full_match("publisher_id", 'act_[a-z2-7]{20}')),
    "metadata_sources" VARCHAR NOT NULL
);
COMMENT ON TABLE "documents" IS 'One article that was kept. The text is published only where its licence allows it, else it is null.';
COMMENT ON COLUMN "documents"."document_id" IS 'Id of the document: from its canonical URL if it has one, else from the SHA-256 of its source.';
COMMENT ON COLUMN "documents"."title" IS 'Headline.';
COMMENT ON COLUMN "documents"."standfirst" IS 'Introduction under the headline.';
COMMENT ON COLUMN "documents"."byline" IS 'Authors as the document names them, joined with ''; ''.';
COMMENT ON COLUMN "documents"."publisher" IS 'Name of the publisher.';
COMMENT ON COLUMN "documents"."url" IS 'Canonical URL.';
COMMENT ON COLUMN "documents"."version" IS 'Version of the article, counted over the inputs of one URL by time of change: 1 for the first. Inputs with the same words are one version.';
COMMENT ON COLUMN "documents"."published_at" IS 'Time of publication in UTC.';
COMMENT ON COLUMN "documents"."published_offset" IS 'Offset from UTC in minutes that the source declares with the time of publication; null if it declares none.';
COMMENT ON COLUMN "documents"."modified_at" IS 'Time of the last change in UTC, as the document declares it.';
COMMENT ON COLUMN "documents"."modified_offset" IS 'Offset from UTC in minutes that the source declares with the time of the last change; null if it declares none.';
COMMENT ON COLUMN "documents"."captured_at" IS 'Time in UTC at which the input was fetched, as its archive or record says.';
COMMENT ON COLUMN "documents"."article_section" IS 'Section of the outlet, as the page names it (Politics, Sport); of several the first.';
COMMENT ON COLUMN "documents"."language" IS 'Language of the text (ISO 639-1).';
COMMENT ON COLUMN "documents"."text" IS 'Text: of a document, its segments joined with an empty line; of a claim, its fragments joined with '' … ''; of a group, the text of its fullest member; of a quantity, its words.';
COMMENT ON COLUMN "documents"."segments" IS 'The kept spans in order, each with its role; text and source text agree on each.';
COMMENT ON COLUMN "documents"."body_start" IS 'Offset in the text at which the body starts.';
COMMENT ON COLUMN "documents"."word_count" IS 'Number of words of all segments but the headline; a word with an apostrophe counts once, one with a hyphen twice.';
COMMENT ON COLUMN "documents"."is_truncated" IS 'True if text of the article is missing from the source (suspected or confirmed).';
COMMENT ON COLUMN "documents"."truncation" IS 'How sure it is that text is missing.';
COMMENT ON COLUMN "documents"."truncation_evidence" IS 'What says that text is missing, or that access is limited; several signs are joined with ''; ''.';
COMMENT ON COLUMN "documents"."access" IS 'Declared access, as the page states it (isAccessibleForFree).';
COMMENT ON COLUMN "documents"."licence" IS 'Licence of the text: an SPDX id, or all-rights-reserved.';
COMMENT ON COLUMN "documents"."text_is_open" IS 'True if the licence lets anybody publish the text again.';
COMMENT ON COLUMN "documents"."source_name" IS 'Input as its folder names it: relative path, and #n for the n-th record of an archive.';
COMMENT ON COLUMN "documents"."source_sha256" IS 'SHA-256 of the raw bytes of the input.';
COMMENT ON COLUMN "documents"."source_length" IS 'Length of the source text in code points.';
COMMENT ON COLUMN "documents"."text_sha256" IS 'SHA-256 of the document''s text in UTF-8.';
COMMENT ON COLUMN "documents"."publisher_id" IS 'Actor (a medium) that published the document.';
COMMENT ON COLUMN "documents"."metadata_sources" IS 'Where each value of the metadata comes from, as a JSON object.';

CREATE OR REPLACE TABLE "removals" (
    "document_id" VARCHAR NOT NULL CHECK (regexp_full_match("document_id", 'doc_[a-z2-7]{20}')),
    "source_start" BIGINT NOT NULL CHECK ("source_start" >= 0),
    "source_end" BIGINT NOT NULL CHECK ("source_end" >= 0),
    "reason" VARCHAR NOT NULL CHECK ("reason" IN ('navigation', 'paywall', 'subscription_appeal', 'newsletter', 'cookie_notice', 'share', 'related', 'caption', 'byline', 'dateline', 'author_bio', 'comment', 'advertisement', 'legal', 'pull_quote', 'timestamp', 'duplicate_block', 'repeated_line', 'outside_article', 'blank')),
    "rule" VARCHAR NOT NULL
);
COMMENT ON TABLE "removals" IS 'One span of source text that cleaning took out. Together with the segments of the document, every character of the source text stands in exactly one span.';
COMMENT ON COLUMN "removals"."document_id" IS 'Id of the document: from its canonical URL if it has one, else from the SHA-256 of its source.';
COMMENT ON COLUMN "removals"."source_start" IS 'Start in the source text, in code points.';
COMMENT ON COLUMN "removals"."source_end" IS 'End in the source text, in code points, exclusive.';
COMMENT ON COLUMN "removals"."reason" IS 'Why it was taken out, left out or decided so.';
COMMENT ON COLUMN "removals"."rule" IS 'Name of the rule that decided.';

CREATE OR REPLACE TABLE "exclusions" (
    "source_name" VARCHAR NOT NULL,
    "source_sha256" VARCHAR NOT NULL CHECK (regexp_full_match("source_sha256", '[0-9a-f]{64}')),
    "reason" VARCHAR NOT NULL CHECK ("reason" IN ('unreadable', 'unsupported_format', 'empty', 'not_english', 'duplicate', 'earlier_version', 'no_licence', 'retracted', 'too_large', 'failed')),
    "detail" VARCHAR NOT NULL,
    "duplicate_of" VARCHAR CHECK (regexp_full_match("duplicate_of", 'doc_[a-z2-7]{20}')),
    "version" BIGINT CHECK ("version" >= 1)
);
COMMENT ON TABLE "exclusions" IS 'One input that gave no document, and why. Documents and exclusions together are all inputs.';
COMMENT ON COLUMN "exclusions"."source_name" IS 'Input as its folder names it: relative path, and #n for the n-th record of an archive.';
COMMENT ON COLUMN "exclusions"."source_sha256" IS 'SHA-256 of the raw bytes of the input.';
COMMENT ON COLUMN "exclusions"."reason" IS 'Why it was taken out, left out or decided so.';
COMMENT ON COLUMN "exclusions"."detail" IS 'What exactly was found.';
COMMENT ON COLUMN "exclusions"."duplicate_of" IS 'Document that is kept in the place of this input.';
COMMENT ON COLUMN "exclusions"."version" IS 'Version of the article, counted over the inputs of one URL by time of change: 1 for the first. Inputs with the same words are one version.';

CREATE OR REPLACE TABLE "claims" (
    "claim_id" VARCHAR NOT NULL CHECK (regexp_full_match("claim_id", 'clm_[a-z2-7]{20}')),
    "document_id" VARCHAR NOT NULL CHECK (regexp_full_match("document_id", 'doc_[a-z2-7]{20}')),
    "section" VARCHAR NOT NULL CHECK ("section" IN ('headline', 'standfirst', 'body', 'caption')),
    "start" BIGINT NOT NULL CHECK ("start" >= 0),
    "end" BIGINT NOT NULL CHECK ("end" >= 0),
    "source_start" BIGINT NOT NULL CHECK ("source_start" >= 0),
    "source_end" BIGINT NOT NULL CHECK ("source_end" >= 0),
    "fragments" STRUCT("start" BIGINT, "end" BIGINT, "source_start" BIGINT, "source_end" BIGINT)[] NOT NULL,
    "text" VARCHAR NOT NULL,
    "text_extent" VARCHAR NOT NULL CHECK ("text_extent" IN ('whole', 'excerpt', 'withheld')),
    "mode" VARCHAR NOT NULL CHECK ("mode" IN ('direct', 'indirect', 'mixed')),
    "act" VARCHAR NOT NULL CHECK ("act" IN ('statement', 'promise', 'denial', 'warning', 'demand', 'accusation', 'praise', 'question', 'announcement', 'admission', 'prediction', 'judgement', 'belief', 'wish')),
    "cue_text" VARCHAR,
    "cue_start" BIGINT CHECK ("cue_start" >= 0),
    "cue_end" BIGINT CHECK ("cue_end" >= 0),
    "cue_lemma" VARCHAR,
    "speaker_text" VARCHAR,
    "speaker_start" BIGINT CHECK ("speaker_start" >= 0),
    "speaker_end" BIGINT CHECK ("speaker_end" >= 0),
    "speaker_id" VARCHAR CHECK (regexp_full_match("speaker_id", 'act_[a-z2-7]{20}')),
    "addressee_id" VARCHAR CHECK (regexp_full_match("addressee_id", 'act_[a-z2-7]{20}')),
    "medium_id" VARCHAR CHECK (regexp_full_match("medium_id", 'act_[a-z2-7]{20}')),
    "is_negated" BOOLEAN NOT NULL,
    "is_hedged" BOOLEAN NOT NULL,
    "is_factive" BOOLEAN NOT NULL,
    "level" BIGINT NOT NULL CHECK ("level" >= 1 AND "level" <= 2),
    "claim_group_id" VARCHAR CHECK (regexp_full_match("claim_group_id", 'grp_[a-z2-7]{20}')),
    "rule" VARCHAR NOT NULL,
    "confidence" DOUBLE NOT NULL CHECK ("confidence" >= 0 AND "confidence" <= 1)
);
COMMENT ON TABLE "claims" IS 'One attributed statement: what somebody is reported to have said, with the place where it stands.';
COMMENT ON COLUMN "claims"."claim_id" IS 'Id of the claim: from document, speaker text, words of the claim, and its turn among equals.';
COMMENT ON COLUMN "claims"."document_id" IS 'Id of the document: from its canonical URL if it has one, else from the SHA-256 of its source.';
COMMENT ON COLUMN "claims"."section" IS 'Part of the document in which it stands.';
COMMENT ON COLUMN "claims"."start" IS 'Start in the document''s text, in code points.';
COMMENT ON COLUMN "claims"."end" IS 'End in the document''s text, in code points, exclusive.';
COMMENT ON COLUMN "claims"."source_start" IS 'Start in the source text, in code points.';
COMMENT ON COLUMN "claims"."source_end" IS 'End in the source text, in code points, exclusive.';
COMMENT ON COLUMN "claims"."fragments" IS 'The pieces of the claim in order; a piece never crosses a paragraph.';
COMMENT ON COLUMN "claims"."text" IS 'Text: of a document, its segments joined with an empty line; of a claim, its fragments joined with '' … ''; of a group, the text of its fullest member; of a quantity, its words.';
COMMENT ON COLUMN "claims"."text_extent" IS 'How much of the claim''s words the release gives; its place is always whole.';
COMMENT ON COLUMN "claims"."mode" IS 'How the words are reported.';
COMMENT ON COLUMN "claims"."act" IS 'What the speaker does in saying it.';
COMMENT ON COLUMN "claims"."cue_text" IS 'Words that report the claim (said, according to).';
COMMENT ON COLUMN "claims"."cue_start" IS 'Start of the cue in the document''s text.';
COMMENT ON COLUMN "claims"."cue_end" IS 'End of the cue in the document''s text, exclusive.';
COMMENT ON COLUMN "claims"."cue_lemma" IS 'Base form of the cue''s main word.';
COMMENT ON COLUMN "claims"."speaker_text" IS 'Words that name the speaker.';
COMMENT ON COLUMN "claims"."speaker_start" IS 'Start of those words in the document''s text.';
COMMENT ON COLUMN "claims"."speaker_end" IS 'End of those words in the document''s text, exclusive.';
COMMENT ON COLUMN "claims"."speaker_id" IS 'Actor who makes the claim.';
COMMENT ON COLUMN "claims"."addressee_id" IS 'Actor to whom the claim is made.';
COMMENT ON COLUMN "claims"."medium_id" IS 'Actor (a medium) in or to which the claim was published.';
COMMENT ON COLUMN "claims"."is_negated" IS 'True if the speaker is said not to have made the claim (did not say).';
COMMENT ON COLUMN "claims"."is_hedged" IS 'True if the report is hedged (reportedly, allegedly, appeared to).';
COMMENT ON COLUMN "claims"."is_factive" IS 'True if the cue presents the claim as a fact (admitted, revealed, pointed out), as the lexicon of cues has it.';
COMMENT ON COLUMN "claims"."level" IS '1, or 2 for a claim inside the words of another claim.';
COMMENT ON COLUMN "claims"."claim_group_id" IS 'Id of the group of claims that make the same statement: from its smallest claim id.';
COMMENT ON COLUMN "claims"."rule" IS 'Name of the rule that decided.';
COMMENT ON COLUMN "claims"."confidence" IS 'Share of claims by the same kind of rule with the same score that were right in annotated news articles, 0 to 1.';

CREATE OR REPLACE TABLE "claim_actors" (
    "claim_id" VARCHAR NOT NULL CHECK (regexp_full_match("claim_id", 'clm_[a-z2-7]{20}')),
    "actor_id" VARCHAR NOT NULL CHECK (regexp_full_match("actor_id", 'act_[a-z2-7]{20}')),
    "part" VARCHAR NOT NULL CHECK ("part" IN ('speaker', 'addressee', 'medium', 'about'))
);
COMMENT ON TABLE "claim_actors" IS 'An actor''s part in a claim.';
COMMENT ON COLUMN "claim_actors"."claim_id" IS 'Id of the claim: from document, speaker text, words of the claim, and its turn among equals.';
COMMENT ON COLUMN "claim_actors"."actor_id" IS 'Id of the actor: from its Wikidata id, else its kind and name (and first document, where two actors share a name), else (unnamed) the place of its first mention.';
COMMENT ON COLUMN "claim_actors"."part" IS 'The actor''s part in the claim.';

CREATE OR REPLACE TABLE "claim_groups" (
    "claim_group_id" VARCHAR NOT NULL CHECK (regexp_full_match("claim_group_id", 'grp_[a-z2-7]{20}')),
    "relation" VARCHAR NOT NULL CHECK ("relation" IN ('same_quote', 'same_statement')),
    "text" VARCHAR NOT NULL,
    "claim_count" BIGINT NOT NULL CHECK ("claim_count" >= 0),
    "document_count" BIGINT NOT NULL CHECK ("document_count" >= 1),
    "publisher_count" BIGINT NOT NULL CHECK ("publisher_count" >= 0),
    "first_published_at" TIMESTAMP,
    "score" DOUBLE NOT NULL CHECK ("score" >= 0 AND "score" <= 1)
);
COMMENT ON TABLE "claim_groups" IS 'Two or more claims that make the same statement, in one document or in several.';
COMMENT ON COLUMN "claim_groups"."claim_group_id" IS 'Id of the group of claims that make the same statement: from its smallest claim id.';
COMMENT ON COLUMN "claim_groups"."relation" IS 'How the members of the group belong together.';
COMMENT ON COLUMN "claim_groups"."text" IS 'Text: of a document, its segments joined with an empty line; of a claim, its fragments joined with '' … ''; of a group, the text of its fullest member; of a quantity, its words.';
COMMENT ON COLUMN "claim_groups"."claim_count" IS 'Number of claims: of an actor, those it makes; of a group, its members.';
COMMENT ON COLUMN "claim_groups"."document_count" IS 'Number of documents: of an actor, those that mention or (a medium) published it; of a group, those of its members.';
COMMENT ON COLUMN "claim_groups"."publisher_count" IS 'Number of publishers of those documents; unknown ones are not counted.';
COMMENT ON COLUMN "claim_groups"."first_published_at" IS 'Earliest publication of a document of the group, in UTC.';
COMMENT ON COLUMN "claim_groups"."score" IS 'How alike the members are, 0 to 1.';

CREATE OR REPLACE TABLE "mentions" (
    "mention_id" VARCHAR NOT NULL CHECK (regexp_full_match("mention_id", 'men_[a-z2-7]{20}')),
    "document_id" VARCHAR NOT NULL CHECK (regexp_full_match("document_id", 'doc_[a-z2-7]{20}')),
    "actor_id" VARCHAR NOT NULL CHECK (regexp_full_match("actor_id", 'act_[a-z2-7]{20}')),
    "section" VARCHAR NOT NULL CHECK ("section" IN ('headline', 'standfirst', 'body', 'caption')),
    "start" BIGINT CHECK ("start" >= 0),
    "end" BIGINT CHECK ("end" >= 0),
    "source_start" BIGINT NOT NULL CHECK ("source_start" >= 0),
    "source_end" BIGINT NOT NULL CHECK ("source_end" >= 0),
    "surface" VARCHAR NOT NULL,
    "form" VARCHAR NOT NULL CHECK ("form" IN ('name', 'title', 'acronym', 'nominal', 'pronoun', 'metonym', 'demonym'))
);
COMMENT ON TABLE "mentions" IS 'One place where an actor is named. In a caption it has a place in the source text only.';
COMMENT ON COLUMN "mentions"."mention_id" IS 'Id of the mention: from document and place in the source text.';
COMMENT ON COLUMN "mentions"."document_id" IS 'Id of the document: from its canonical URL if it has one, else from the SHA-256 of its source.';
COMMENT ON COLUMN "mentions"."actor_id" IS 'Id of the actor: from its Wikidata id, else its kind and name (and first document, where two actors share a name), else (unnamed) the place of its first mention.';
COMMENT ON COLUMN "mentions"."section" IS 'Part of the document in which it stands.';
COMMENT ON COLUMN "mentions"."start" IS 'Start in the document''s text, in code points.';
COMMENT ON COLUMN "mentions"."end" IS 'End in the document''s text, in code points, exclusive.';
COMMENT ON COLUMN "mentions"."source_start" IS 'Start in the source text, in code points.';
COMMENT ON COLUMN "mentions"."source_end" IS 'End in the source text, in code points, exclusive.';
COMMENT ON COLUMN "mentions"."surface" IS 'The words as they stand in the source.';
COMMENT ON COLUMN "mentions"."form" IS 'How the actor is named here.';

CREATE OR REPLACE TABLE "actors" (
    "actor_id" VARCHAR NOT NULL CHECK (regexp_full_match("actor_id", 'act_[a-z2-7]{20}')),
    "name" VARCHAR NOT NULL,
    "kind" VARCHAR NOT NULL CHECK ("kind" IN ('person', 'state', 'government_body', 'organisation', 'media', 'group', 'place')),
    "is_named" BOOLEAN NOT NULL,
    "wikidata_id" VARCHAR CHECK (regexp_full_match("wikidata_id", 'Q[1-9][0-9]*')),
    "country" VARCHAR CHECK (regexp_full_match("country", '[A-Z]{2}')),
    "document_count" BIGINT NOT NULL CHECK ("document_count" >= 1),
    "claim_count" BIGINT NOT NULL CHECK ("claim_count" >= 0),
    "first_seen" TIMESTAMP,
    "last_seen" TIMESTAMP
);
COMMENT ON TABLE "actors" IS 'One person, organisation, state, medium, place or unnamed group.';
COMMENT ON COLUMN "actors"."actor_id" IS 'Id of the actor: from its Wikidata id, else its kind and name (and first document, where two actors share a name), else (unnamed) the place of its first mention.';
COMMENT ON COLUMN "actors"."name" IS 'Name: of an actor, the fullest under which it occurs; else one of its names.';
COMMENT ON COLUMN "actors"."kind" IS 'What kind of thing it is.';
COMMENT ON COLUMN "actors"."is_named" IS 'False for people and groups that the document does not name; they are never linked.';
COMMENT ON COLUMN "actors"."wikidata_id" IS 'Wikidata item, where it is known for sure.';
COMMENT ON COLUMN "actors"."country" IS 'State it belongs to (ISO 3166-1 alpha-2), where it is known.';
COMMENT ON COLUMN "actors"."document_count" IS 'Number of documents: of an actor, those that mention or (a medium) published it; of a group, those of its members.';
COMMENT ON COLUMN "actors"."claim_count" IS 'Number of claims: of an actor, those it makes; of a group, its members.';
COMMENT ON COLUMN "actors"."first_seen" IS 'Earliest publication that mentions the actor or (a medium) that it published, in UTC.';
COMMENT ON COLUMN "actors"."last_seen" IS 'Latest publication that mentions the actor or (a medium) that it published, in UTC.';

CREATE OR REPLACE TABLE "actor_names" (
    "actor_id" VARCHAR NOT NULL CHECK (regexp_full_match("actor_id", 'act_[a-z2-7]{20}')),
    "name" VARCHAR NOT NULL,
    "form" VARCHAR NOT NULL CHECK ("form" IN ('name', 'title', 'acronym', 'nominal', 'pronoun', 'metonym', 'demonym')),
    "mention_count" BIGINT NOT NULL CHECK ("mention_count" >= 0)
);
COMMENT ON TABLE "actor_names" IS 'One name, acronym or title under which an actor occurs.';
COMMENT ON COLUMN "actor_names"."actor_id" IS 'Id of the actor: from its Wikidata id, else its kind and name (and first document, where two actors share a name), else (unnamed) the place of its first mention.';
COMMENT ON COLUMN "actor_names"."name" IS 'Name: of an actor, the fullest under which it occurs; else one of its names.';
COMMENT ON COLUMN "actor_names"."form" IS 'How the actor is named here.';
COMMENT ON COLUMN "actor_names"."mention_count" IS 'Number of the actor''s mentions under this name in this form; pronouns give no name.';

CREATE OR REPLACE TABLE "roles" (
    "actor_id" VARCHAR NOT NULL CHECK (regexp_full_match("actor_id", 'act_[a-z2-7]{20}')),
    "role" VARCHAR NOT NULL,
    "organisation_id" VARCHAR CHECK (regexp_full_match("organisation_id", 'act_[a-z2-7]{20}')),
    "document_id" VARCHAR NOT NULL CHECK (regexp_full_match("document_id", 'doc_[a-z2-7]{20}')),
    "start" BIGINT NOT NULL CHECK ("start" >= 0),
    "end" BIGINT NOT NULL CHECK ("end" >= 0),
    "as_of" TIMESTAMP
);
COMMENT ON TABLE "roles" IS 'An office that somebody holds, as one document gives it; never carried over to another document.';
COMMENT ON COLUMN "roles"."actor_id" IS 'Id of the actor: from its Wikidata id, else its kind and name (and first document, where two actors share a name), else (unnamed) the place of its first mention.';
COMMENT ON COLUMN "roles"."role" IS 'Role of a segment of text, or an office as the document words it.';
COMMENT ON COLUMN "roles"."organisation_id" IS 'Actor in which the office is held.';
COMMENT ON COLUMN "roles"."document_id" IS 'Id of the document: from its canonical URL if it has one, else from the SHA-256 of its source.';
COMMENT ON COLUMN "roles"."start" IS 'Start in the document''s text, in code points.';
COMMENT ON COLUMN "roles"."end" IS 'End in the document''s text, in code points, exclusive.';
COMMENT ON COLUMN "roles"."as_of" IS 'Publication time of the document that gives the office, in UTC.';

CREATE OR REPLACE TABLE "quantities" (
    "quantity_id" VARCHAR NOT NULL CHECK (regexp_full_match("quantity_id", 'qty_[a-z2-7]{20}')),
    "document_id" VARCHAR NOT NULL CHECK (regexp_full_match("document_id", 'doc_[a-z2-7]{20}')),
    "claim_id" VARCHAR CHECK (regexp_full_match("claim_id", 'clm_[a-z2-7]{20}')),
    "start" BIGINT NOT NULL CHECK ("start" >= 0),
    "end" BIGINT NOT NULL CHECK ("end" >= 0),
    "source_start" BIGINT NOT NULL CHECK ("source_start" >= 0),
    "source_end" BIGINT NOT NULL CHECK ("source_end" >= 0),
    "text" VARCHAR NOT NULL,
    "kind" VARCHAR NOT NULL CHECK ("kind" IN ('money', 'percent', 'count', 'date')),
    "value" DOUBLE,
    "unit" VARCHAR,
    "currency" VARCHAR CHECK (regexp_full_match("currency", '[A-Z]{3}')),
    "date_value" VARCHAR CHECK (regexp_full_match("date_value", '[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?'))
);
COMMENT ON TABLE "quantities" IS 'One amount: money, percentage, count or date.';
COMMENT ON COLUMN "quantities"."quantity_id" IS 'Id of the quantity: from document and place in the source text.';
COMMENT ON COLUMN "quantities"."document_id" IS 'Id of the document: from its canonical URL if it has one, else from the SHA-256 of its source.';
COMMENT ON COLUMN "quantities"."claim_id" IS 'Id of the claim: from document, speaker text, words of the claim, and its turn among equals.';
COMMENT ON COLUMN "quantities"."start" IS 'Start in the document''s text, in code points.';
COMMENT ON COLUMN "quantities"."end" IS 'End in the document''s text, in code points, exclusive.';
COMMENT ON COLUMN "quantities"."source_start" IS 'Start in the source text, in code points.';
COMMENT ON COLUMN "quantities"."source_end" IS 'End in the source text, in code points, exclusive.';
COMMENT ON COLUMN "quantities"."text" IS 'Text: of a document, its segments joined with an empty line; of a claim, its fragments joined with '' … ''; of a group, the text of its fullest member; of a quantity, its words.';
COMMENT ON COLUMN "quantities"."kind" IS 'What kind of thing it is.';
COMMENT ON COLUMN "quantities"."value" IS 'The amount, multipliers applied (2.5 million is 2500000); of dates null.';
COMMENT ON COLUMN "quantities"."unit" IS 'What is counted (people, per cent), where it is known.';
COMMENT ON COLUMN "quantities"."currency" IS 'ISO 4217 code.';
COMMENT ON COLUMN "quantities"."date_value" IS 'ISO 8601 date, as precise as it is known (2026, 2026-02, 2026-02-24).';

CREATE OR REPLACE TABLE "decisions" (
    "decision" VARCHAR NOT NULL CHECK ("decision" IN ('retraction', 'merge', 'split', 'link', 'correction', 'confirmation')),
    "target" VARCHAR NOT NULL,
    "field" VARCHAR NOT NULL,
    "new_value" VARCHAR,
    "reason" VARCHAR,
    "decided_on" VARCHAR CHECK (regexp_full_match("decided_on", '[0-9]{4}-[0-9]{2}-[0-9]{2}')),
    "decided_by" VARCHAR,
    "is_applied" BOOLEAN NOT NULL
);
COMMENT ON TABLE "decisions" IS 'One thing that people decided about this data, why, and whether it found what it is about. Of what was retracted nothing else is left.';
COMMENT ON COLUMN "decisions"."decision" IS 'What people decided.';
COMMENT ON COLUMN "decisions"."target" IS 'What the decision is about: an id as it was before the decision, or of a document its URL, file or SHA-256.';
COMMENT ON COLUMN "decisions"."field" IS 'What of the target is decided: of a correction, merge or link the column; of a split the document; of a retraction the kind of the target; of a confirmation the question that was asked, with the other id if it was about two.';
COMMENT ON COLUMN "decisions"."new_value" IS 'What the column gets; null where the decision takes something away or sets nothing.';
COMMENT ON COLUMN "decisions"."reason" IS 'Why it was taken out, left out or decided so.';
COMMENT ON COLUMN "decisions"."decided_on" IS 'Day of the decision (ISO 8601).';
COMMENT ON COLUMN "decisions"."decided_by" IS 'Who decided, as they put it.';
COMMENT ON COLUMN "decisions"."is_applied" IS 'True if the decision found what it is about; one that did not changed nothing.';
