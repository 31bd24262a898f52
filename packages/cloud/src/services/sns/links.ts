/** Where what SNS sends to people and programs leads back to it. */
export interface Links {
  confirm(topicArn: string, token: string): string
  unsubscribe(subscriptionArn: string): string
  /** @param fileName  of the certificate */
  certificate(fileName: string): string
}

/** Links below an address. @param base  without a trailing slash */
export const linksBelow = (base: string): Links => ({
  confirm: (topicArn, token) =>
    `${base}/?${new URLSearchParams({ Action: 'ConfirmSubscription', TopicArn: topicArn, Token: token })}`,
  unsubscribe: subscriptionArn =>
    `${base}/?${new URLSearchParams({ Action: 'Unsubscribe', SubscriptionArn: subscriptionArn })}`,
  certificate: fileName => `${base}/${fileName}`,
})
