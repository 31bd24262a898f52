export { axeViolations } from './axe.ts'
export { buildIntoTemporaryFolder } from './build-site.ts'
export { chromiumPath, launchChromium, needsChromium } from './chromium.ts'
export { complaintsOf, focusedName, sidewaysOverflow } from './page-checks.ts'
export { pressUntil } from './press-until.ts'
export {
  folderListener,
  type LocalServer,
  listenLocally,
  type ServeFolderOptions,
  serveFolder,
} from './serve-folder.ts'
