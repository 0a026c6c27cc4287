/** Rate limits that no test meets unless it is about them. They are on, so that every test runs their code. */
export const PLENTY = {
  SKIRO_RATE_LIMIT_KEY: '1000000/1',
  SKIRO_RATE_LIMIT_ADDRESS: '1000000/1',
  SKIRO_RATE_LIMIT_FAILED_KEYS: '1000000/1',
}
