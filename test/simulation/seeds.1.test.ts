/** The gateway's own code, on a real database, against a modelled world: many short lives, each from a seed. */
import { testSeeds } from './testSeeds.ts'

await testSeeds(0, 2)
