import { z } from 'zod'
import { TEST_CARDS } from '../adapters/acquirer.ts'

/** Body of POST /v1/test_helpers/checkout/{id}/pay. */
export const paySessionBody = z.strictObject({
  card: z
    .enum(TEST_CARDS)
    .describe(
      'Which test card: a brand pays, a decline code is declined with that code, `authentication_failed` fails 3-D Secure, `three_ds_frictionless` passes it unasked; with the other two the bank waits for the customer, on the page of the session.',
    ),
  payout: z
    .enum(['held', 'failed'])
    .optional()
    .describe(
      'What happens to the payout, where it should not simply arrive. `held`: the token refuses your wallet for some seconds. `failed`: it refuses your wallet in the very block of the payout. For sessions paid out in USDC.',
    ),
})

export type PaySession = z.output<typeof paySessionBody>
