import { connect } from 'node:tls'
import { DescribeCertificateCommand, ListCertificatesCommand } from '@aws-sdk/client-acm'
import { DescribeInstanceAttributeCommand, DescribeInstancesCommand } from '@aws-sdk/client-ec2'
import type { Browser } from 'playwright-core'
import { visit } from '../camera.ts'
import type { Clients } from '../clients.ts'
import { nameOf, type Picture, table } from '../picture.ts'

/** The instances of NGINX, and the configuration that their user data writes. */
export async function nginx({ ec2 }: Clients): Promise<Picture> {
  const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({}))
  const instances = Reservations.flatMap(({ Instances = [] }) => Instances)
  const front = instances.filter(each => nameOf(each).includes('front'))
  const { UserData } = await ec2.send(
    new DescribeInstanceAttributeCommand({ InstanceId: front[0]?.InstanceId, Attribute: 'userData' }),
  )
  return {
    file: 'nginx',
    title: 'NGINX on EC2',
    source: 'ec2 DescribeInstances, DescribeInstanceAttribute',
    sections: [
      table('Instances', instances, {
        Instance: each => each.InstanceId,
        Name: each => nameOf(each),
        Zone: each => each.Placement?.AvailabilityZone,
        Type: each => each.InstanceType,
        State: each => each.State?.Name,
        'Private address': each => each.PrivateIpAddress,
        'Public address': each => each.PublicIpAddress,
      }),
      {
        kind: 'file',
        heading: 'NGINX’s configuration, from the user data',
        text: configurationIn(UserData?.Value ?? ''),
      },
    ],
  }
}

function configurationIn(userData: string): string {
  const script = Buffer.from(userData, 'base64').toString()
  const [, document = '{}'] = /<<'TERRACE_WORKLOAD'\n([\s\S]*?)\nTERRACE_WORKLOAD/.exec(script) ?? []
  const { processes } = JSON.parse(document) as { readonly processes?: { readonly web?: { readonly nginx?: string } } }
  return processes?.web?.nginx?.trim() ?? ''
}

/** What NGINX shows to a client, and the certificate of the balancer behind it. */
export async function certificate({ acm }: Clients, address: string): Promise<Picture> {
  const shown = await certificateAt(address)
  const { CertificateSummaryList = [] } = await acm.send(new ListCertificatesCommand({}))
  const [summary] = CertificateSummaryList
  const { Certificate } = await acm.send(new DescribeCertificateCommand({ CertificateArn: summary?.CertificateArn }))
  return {
    file: 'certificate',
    title: 'Certificates',
    source: 'TLS handshake with NGINX; acm DescribeCertificate',
    sections: [
      { kind: 'facts', heading: 'NGINX: by certbot on AWS, by the local authority here', facts: shown },
      {
        kind: 'facts',
        heading: 'The internal load balancer: by ACM',
        facts: {
          Names: Certificate?.SubjectAlternativeNames?.join(', '),
          Status: Certificate?.Status,
          ARN: Certificate?.CertificateArn,
        },
      },
    ],
  }
}

function certificateAt(address: string): Promise<Record<string, string>> {
  const { hostname, port } = new URL(address)
  return new Promise((resolve, reject) => {
    // Looked at and not trusted: the authority is this machine's own.
    const socket = connect({ host: '127.0.0.1', port: Number(port), servername: hostname, rejectUnauthorized: false })
    socket.once('error', reject)
    socket.once('secureConnect', () => {
      const { subjectaltname = '', issuer, valid_from, valid_to } = socket.getPeerCertificate()
      const protocol = socket.getProtocol() ?? ''
      socket.end()
      resolve({
        Address: address,
        Names: subjectaltname.replaceAll('DNS:', ''),
        'Issued by': String(issuer.CN),
        Valid: `${valid_from} to ${valid_to}`,
        Protocol: protocol,
      })
    })
  })
}

/** The application in a browser. */
export async function overHttps(browser: Browser, address: string): Promise<Picture> {
  return {
    file: 'app',
    title: 'The notes over HTTPS',
    source: 'Chromium',
    sections: [{ kind: 'browser', address: `${address}/`, png: await visit(browser, `${address}/`) }],
  }
}
