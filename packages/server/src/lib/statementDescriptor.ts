/** What a customer's card statement shows for a merchant that has set no descriptor of its own. */
export const DEFAULT_DESCRIPTOR = 'SKIRO'
