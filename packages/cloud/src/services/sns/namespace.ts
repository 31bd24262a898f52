/** Of the XML of every answer. */
export const NAMESPACE = 'http://sns.amazonaws.com/doc/2010-03-31/'
