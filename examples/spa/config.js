/** Where Gatehouse is. In production: https://auth.example.com for an app at https://app.example.com. */
export const gatehouseUrl = 'http://localhost:3000';
