// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/// @title Holds tokens and pays many people in one transaction
/// @notice Not audited. Have it audited before it holds other people's money.
///
/// Two keys. The `operator` is the hot key of the gateway: it can make batches of payments, and nothing else. The
/// `owner` is a cold key, best a multisig: it takes money out, replaces the operator, pauses, and never makes payouts.
///
/// - A batch id works once. Whatever the gateway's database says, after a restored backup for instance, the chain does
///   not make the same batch again.
/// - A payment that fails (payee on the token's blacklist) is skipped with `PaymentFailed`; the others are made. What
///   was really paid is told by the token's own Transfer logs alone.
/// - Tokens that return nothing (USDT), true, or false are understood.
/// - Nothing is measured against a token that takes a fee: its Transfer log tells the shortfall.
///
/// No state is written after a call to a token, and what a token could call back into is either refused (`pay`, it is
/// not the operator) or changes nothing that the loop relies on, so there is no guard against re-entry.
contract PayoutVault {
    /// @dev What one transfer may use: known tokens need 40,000 to 60,000, and one that wants more must not eat the batch.
    /// A call gets at most 63/64 of the gas that is left. If that was too little for a good payment, at most 100,000 / 63
    /// is left after it, which does not pay for `PaymentFailed` (1,893 for the log alone): the batch is undone as a whole
    /// and can be tried again. So nothing is called failed that only lacked gas, as long as this stays below 119,000.
    uint256 private constant TRANSFER_GAS = 100_000;

    // Side by side in one storage slot, because `pay` reads both.
    address public operator;
    bool public paused;
    address public owner;
    /// @notice Who may call `acceptOwnership`.
    address public pendingOwner;
    mapping(bytes32 batchId => bool) public used;

    event PaymentFailed(bytes32 indexed batchId, uint256 index, address to, uint256 amount);
    event OperatorChanged(address indexed from, address indexed to);
    event OwnershipOffered(address indexed from, address indexed to);
    event OwnershipTransferred(address indexed from, address indexed to);
    event PausedChanged(bool paused);
    event Swept(address indexed token, address indexed to, uint256 amount);

    error NotOwner();
    error NotOperator();
    error NotPendingOwner();
    error IsPaused();
    error BatchUsed(bytes32 batchId);
    error NothingToPay();
    error LengthMismatch(uint256 payees, uint256 amounts);
    error NotAToken(address token);
    error SweepFailed();
    error BadAddress();

    modifier onlyOwner() {
        if (msg.sender != owner) revert NotOwner();
        _;
    }

    /// @param owner_ cold key, not the operator's.
    /// @param operator_ hot key of the gateway.
    constructor(address owner_, address operator_) {
        if (owner_ == address(0) || operator_ == address(0) || owner_ == operator_) revert BadAddress();
        owner = owner_;
        operator = operator_;
        emit OwnershipTransferred(address(0), owner_);
        emit OperatorChanged(address(0), operator_);
    }

    /// @notice Pays `amounts[i]` of `token` to `to[i]`, once for each `batchId` there ever was.
    function pay(bytes32 batchId, address token, address[] calldata to, uint256[] calldata amounts) external {
        if (msg.sender != operator) revert NotOperator();
        if (paused) revert IsPaused();
        uint256 count = to.length;
        if (count == 0) revert NothingToPay();
        if (count != amounts.length) revert LengthMismatch(count, amounts.length);
        // A call to an address without code succeeds and does nothing.
        if (token.code.length == 0) revert NotAToken(token);
        if (used[batchId]) revert BatchUsed(batchId);
        used[batchId] = true;
        for (uint256 i = 0; i < count; ++i) {
            if (!_transfer(token, to[i], amounts[i], TRANSFER_GAS)) {
                emit PaymentFailed(batchId, i, to[i], amounts[i]);
            }
        }
    }

    /// @notice Takes out tokens, or the coin of the chain when `token` is zero.
    function sweep(address token, address to, uint256 amount) external onlyOwner {
        if (to == address(0)) revert BadAddress();
        bool done;
        if (token == address(0)) {
            (done,) = to.call{value: amount}("");
        } else {
            done = token.code.length > 0 && _transfer(token, to, amount, gasleft());
        }
        if (!done) revert SweepFailed();
        emit Swept(token, to, amount);
    }

    /// @notice Replaces the hot key. Zero: nobody can pay.
    function setOperator(address next) external onlyOwner {
        if (next == owner) revert BadAddress();
        emit OperatorChanged(operator, next);
        operator = next;
    }

    /// @notice While paused nothing is paid. The owner can still sweep.
    function setPaused(bool next) external onlyOwner {
        paused = next;
        emit PausedChanged(next);
    }

    /// @notice First step: offers the vault. Nothing changes until `acceptOwnership`; zero takes the offer back.
    function transferOwnership(address next) external onlyOwner {
        pendingOwner = next;
        emit OwnershipOffered(msg.sender, next);
    }

    /// @notice Second step, by the new owner: proves that it can act.
    function acceptOwnership() external {
        if (msg.sender != pendingOwner) revert NotPendingOwner();
        if (msg.sender == operator) revert BadAddress();
        emit OwnershipTransferred(owner, msg.sender);
        owner = msg.sender;
        pendingOwner = address(0);
    }

    /// @dev True when the token neither reverted nor said false. Copies 32 bytes of what it returns, however long that is.
    function _transfer(address token, address to, uint256 amount, uint256 gasLimit) private returns (bool done) {
        assembly ("memory-safe") {
            // Selector of transfer(address,uint256), then its two arguments, over the free memory pointer's beginning.
            let data := mload(0x40)
            mstore(data, 0xa9059cbb00000000000000000000000000000000000000000000000000000000)
            mstore(add(data, 4), to)
            mstore(add(data, 36), amount)
            mstore(0, 0)
            done := call(gasLimit, token, 0, data, 68, 0, 32)
            switch returndatasize()
            case 0 {}
            default { done := and(done, and(gt(returndatasize(), 31), eq(mload(0), 1))) }
        }
    }
}
