/** The second half of the seeds. */
import { testSeeds } from './testSeeds.ts'

await testSeeds(1, 2)
