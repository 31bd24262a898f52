/** A whole number as the reader writes it: 10,000 or 10.000. */
export const formatNumber = (value: number): string => new Intl.NumberFormat().format(value)
