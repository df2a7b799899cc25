import VireilleProvider from './provider.js';

export default { __init__: ['vireilleProvider'], vireilleProvider: ['type', VireilleProvider] };
