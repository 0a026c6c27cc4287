import { bps, whole } from './kinds.ts'

/** What a rate must be, for how long it holds, and what the treasury may promise. */
export const conversionSettings = {
  SKIRO_RATE_MIN_VENUES: whole(2, 10)
    .default(2)
    .describe('how many venues must agree on a rate; fewer than two is no rate'),
  SKIRO_RATE_MAX_AGE_MS: whole(1000, 60_000)
    .default(10_000)
    .describe('a book that is older does not count, milliseconds'),
  SKIRO_RATE_MAX_SPREAD_BPS: bps
    .default(100)
    .describe('nor one whose best bid and ask are further apart, basis points'),
  SKIRO_RATE_MAX_DEVIATION_BPS: bps
    .default(150)
    .describe('nor a venue that is further off the median of all, basis points'),
  SKIRO_RATE_WAIT_SECONDS: whole(0, 86_400)
    .default(600)
    .describe('how long an authorised payment waits for a rate before it is voided, seconds'),
  SKIRO_QUOTE_SECONDS: whole(1, 3600)
    .default(60)
    .describe('for how long the rate of the moment when the card was submitted holds, seconds'),
  SKIRO_QUOTE_CHALLENGE_SECONDS: whole(1, 3600)
    .default(180)
    .describe('the same when the bank asked for a 3-D Secure challenge, seconds'),
  SKIRO_INVENTORY_WAIT_SECONDS: whole(0, 86_400)
    .default(20)
    .describe(
      'how long an authorised payment waits when the treasury holds too little for it, before it is voided, seconds',
    ),
  SKIRO_INVENTORY_MARGIN_BPS: bps
    .default(50)
    .describe('share of each treasury balance that is never promised, basis points: room for network fees'),
  SKIRO_INVENTORY_FRESH_MS: whole(0, 600_000)
    .default(3000)
    .describe('for how long a treasury balance is not read again, milliseconds'),
  SKIRO_INVENTORY_MAX_AGE_SECONDS: whole(1, 86_400)
    .default(300)
    .describe(
      'for how long the last balance counts while the chain does not answer, seconds; then nothing is captured',
    ),
}
