/**
 * An amount as the reader writes it: €9.99 or 9,99 €.
 *
 * @param minor  in the currency's smallest unit, of which a hundred make one: cents
 * @param currency  ISO 4217: `EUR`
 * @param locale  the reader's own when left out
 */
export const formatMoney = (minor: number, currency: string, locale?: string): string =>
  new Intl.NumberFormat(locale, { style: 'currency', currency }).format(minor / 100)
