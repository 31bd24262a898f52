export { axeViolations } from './axe.ts'
export { buildIntoTemporaryFolder } from './build-site.ts'
export { type BuiltSite, buildSite } from './built-site.ts'
export { chromiumPath, launchChromium, needsChromium } from './chromium.ts'
export { complaintsOf, focusedName, sidewaysOverflow } from './page-checks.ts'
export { passedOnTo } from './passed-on.ts'
export { photographer } from './photograph.ts'
export { pressUntil } from './press-until.ts'
export { type OpenOptions, openSite, type RunningSite } from './running-site.ts'
export {
  folderListener,
  type LocalServer,
  listenLocally,
  NGINX_POLICY,
  type ServeFolderOptions,
  serveFolder,
} from './serve-folder.ts'
