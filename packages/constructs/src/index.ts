export { acknowledgeWildcards } from './acknowledge.ts'
export { AlarmTopic } from './alarm-topic.ts'
export { AutoScaledService, type AutoScaledServiceProps, type LaunchHook } from './auto-scaled-service.ts'
export { Bastion, type BastionProps } from './bastion.ts'
export {
  allowTracing,
  COLLECTOR_ENDPOINT,
  COLLECTOR_IMAGE,
  COLLECTOR_PORT,
  collectorEnvironment,
} from './collector.ts'
export { ContainerImage, type ContainerImageProps, type Processor } from './container-image.ts'
export { FargateService, type FargateServiceProps, type TaskScaling } from './fargate-service.ts'
export { generatedSecret } from './generated-secret.ts'
export { type InstanceIdentity, instanceIdentity } from './instance-identity.ts'
export { InstanceRole, type InstanceRoleProps } from './instance-role.ts'
export { keepLogsFor } from './keep-logs.ts'
export { LoadBalancer, type LoadBalancerProps } from './load-balancer.ts'
export { LogBucket } from './log-bucket.ts'
export { MailDomain, type MailDomainProps } from './mail-domain.ts'
export { MYSQL_PORT, MySqlDatabase, type MySqlDatabaseProps } from './mysql-database.ts'
export { NamesAndCertificate, type NamesAndCertificateProps, type Zone } from './names.ts'
export { type Placement, type PrivateTier, ThreeTierNetwork, type ThreeTierNetworkProps } from './network.ts'
export { type OperationsAlarmProps, operationsAlarm } from './operations-alarm.ts'
export { operationsLog } from './operations-log.ts'
export { POSTGRES_PORT, PostgresDatabase, type PostgresDatabaseProps } from './postgres-database.ts'
export { PrivateName, type PrivateNameProps } from './private-name.ts'
export { allowProofByDns } from './prove-by-dns.ts'
export { ReverseProxy, type ReverseProxyProps } from './reverse-proxy.ts'
export { RotatedSecret, type RotatedSecretProps } from './rotated-secret.ts'
export { publicImage, pushedImage, type RunnableImage } from './runnable-image.ts'
export { type AwsContent, S3Endpoint, type S3EndpointProps } from './s3-endpoint.ts'
export type { Scaling } from './scaling.ts'
export { type SecureParameter, secureParameter } from './secure-parameter.ts'
export { SharedNetwork } from './shared-network.ts'
export { type SingleInstanceProps, singleInstance } from './single-instance.ts'
export { CACHE_FOR_GOOD, contentSecurityPolicy, HSTS_SECONDS } from './site/headers.ts'
export { type NginxAppProps, nginxApp } from './site/nginx-app.ts'
export { type NginxFrontProps, nginxFront } from './site/nginx-front.ts'
export { type NginxOriginProps, nginxOrigin } from './site/nginx-origin.ts'
export { type NginxSiteProps, nginxSite } from './site/nginx-site.ts'
export { type NginxStoreProps, nginxStore } from './site/nginx-store.ts'
export { type NginxTraces, type NginxTracesProps, nginxTraces } from './site/nginx-traces.ts'
export { SiteBucket, type SiteBucketProps, type SiteContent } from './site/site-bucket.ts'
export { SiteCdn, type SiteCdnProps } from './site/site-cdn.ts'
export { StaticSite, type StaticSiteProps } from './site/static-site.ts'
export { type SystemAppProps, systemApp } from './system-app.ts'
export { TableEndpoint, type TableEndpointProps } from './table-endpoint.ts'
export { WebFirewall, type WebFirewallLog, type WebFirewallProps } from './web-firewall.ts'
export { WorkQueue, type WorkQueueProps } from './work-queue.ts'
export { certbotScript } from './workload/certbot.ts'
export type { ImageDocument, NginxDocument, WorkloadDocument } from './workload/document.ts'
export { type LinuxUser, type LinuxUsers, linuxUsersScript, sudoers } from './workload/linux-users.ts'
export type { AgentConfiguration, InstanceLifecycle, VolumeMount } from './workload/options.ts'
export { INSTANCE_CERTIFICATE } from './workload/self-signed.ts'
export { MAX_USER_DATA_BYTES, workloadUserData } from './workload/user-data.ts'
export type {
  HelperProcess,
  ImageProcess,
  NginxProcess,
  PostgresProcess,
  Process,
  Processes,
  SecretValue,
  WorkloadFiles,
} from './workload/workload.ts'
