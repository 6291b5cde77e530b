import { get, type Route } from '../http/route';

/** What clients ask a server about itself. */
export const probeRoutes: Route[] = [
  get('/mlflow/server-info', () => ({
    store_type: 'scanflow',
    workspaces_enabled: false,
    multipart_uploads_enabled: false,
    multipart_downloads_enabled: false,
  })),
];
