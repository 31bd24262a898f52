import type { World } from '../../world.ts'

/** Where what SNS sends to people and programs leads back to it. */
export interface Links {
  confirm(topicArn: string, token: string): string
  unsubscribe(subscriptionArn: string): string
  /** @param fileName  of the certificate */
  certificate(fileName: string): string
}

/** The links for whoever is behind an endpoint. */
export type LinksFor = (to: { readonly protocol: string; readonly endpoint: string }) => Promise<Links>

/** Links below an address. @param base  without a trailing slash */
export const linksBelow = (base: string): Links => ({
  confirm: (topicArn, token) =>
    `${base}/?${new URLSearchParams({ Action: 'ConfirmSubscription', TopicArn: topicArn, Token: token })}`,
  unsubscribe: subscriptionArn =>
    `${base}/?${new URLSearchParams({ Action: 'Unsubscribe', SubscriptionArn: subscriptionArn })}`,
  certificate: fileName => `${base}/${fileName}`,
})

/**
 * As on AWS for programs inside the cloud. differs: readers of mails, and programs that listen on this machine outside of
 * the cloud, are led to the gateway's own port: AWS's names mean AWS there.
 */
export const linksIn =
  ({ architecture, ports }: Pick<World, 'architecture' | 'ports'>): LinksFor =>
  async to =>
    isOutside(to)
      ? linksBelow((await ports.need('gateway')).url)
      : linksBelow(`https://sns.${architecture.region}.amazonaws.com`)

/** Names below `localhost` are front doors of the cloud: behind them are its workloads. */
function isOutside({ protocol, endpoint }: { readonly protocol: string; readonly endpoint: string }): boolean {
  if (protocol === 'email' || protocol === 'email-json') return true
  return (protocol === 'http' || protocol === 'https') && !new URL(endpoint).hostname.endsWith('.localhost')
}
