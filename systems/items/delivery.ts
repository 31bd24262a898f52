import { join } from 'node:path'
import { systemApp } from '@terrace/constructs'
import { deliveryOptionsFrom } from './delivery/options.ts'
import { DeliveryStack } from './delivery/stack.ts'

// Deployed once for each account, by a person: npx cdk deploy --app 'node delivery.ts' -c repository=owner/name
const app = systemApp({ outdir: process.env.CDK_OUTDIR ?? join(import.meta.dirname, 'cdk.out/delivery') })
const options = deliveryOptionsFrom(name => app.node.tryGetContext(name))
new DeliveryStack(app, 'items-delivery', { env: { region: options.region }, ...options })
app.synth()
