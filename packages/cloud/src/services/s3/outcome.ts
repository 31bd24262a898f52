/** What is known of an answer while it is made. */
export interface Outcome {
  /** When the head was sent, in the machine's time. */
  answered?: number
  /** Of the body. */
  bytes?: number
  /** Of the whole object. */
  objectSize?: number
  errorCode?: string
  versionId?: string
}
